import { describe, expect, it } from 'vitest';
import { eventEnvelope } from './event-envelope.js';
import { artifact, packagePurl, principal, storedDocument, tokenHash } from './nouns.js';

describe('nouns in messages', () => {
  it('are parsed into what libs/domain knows, or refused', () => {
    expect(packagePurl.safeParse('pkg:npm/%40acme/left-pad').success).toBe(true);
    expect(packagePurl.safeParse('pkg:npm/left-pad@1.0.0').success).toBe(false);
    expect(packagePurl.safeParse('left-pad').success).toBe(false);
    expect(tokenHash.safeParse('a'.repeat(64)).success).toBe(true);
    expect(tokenHash.safeParse('wb-secret').success).toBe(false);
  });

  it('name an artifact by a digest that is one', () => {
    const sha256 = `sha256:${'0'.repeat(64)}`;
    const file = {
      filename: 'a.tgz',
      role: 'tarball',
      mediaType: 'application/gzip',
      sizeBytes: 1,
      digests: { sha256 },
    };
    expect(artifact.safeParse(file).success).toBe(true);
    expect(artifact.safeParse({ ...file, digests: { sha256: 'sha256:../../etc' } }).success).toBe(false);
    expect(artifact.safeParse({ ...file, sizeBytes: -1 }).success).toBe(false);
  });

  it('know no principal but those three', () => {
    expect(principal.safeParse({ kind: 'anonymous' }).success).toBe(true);
    expect(principal.safeParse({ kind: 'root' }).success).toBe(false);
    expect(principal.safeParse({ kind: 'user', username: 'alice', installationAdmin: true }).success).toBe(false);
  });

  it('carry a document, or where it is', () => {
    expect(storedDocument.safeParse({ kind: 'inline', json: {} }).success).toBe(true);
    expect(storedDocument.safeParse({ kind: 'blob', digest: 'x', sizeBytes: 1 }).success).toBe(false);
  });
});

describe('the envelope of an event', () => {
  const event = {
    specversion: '1.0',
    id: '0192f0c1-2222-7000-8000-000000000004',
    source: '/waybill/publish',
    type: 'publish.release.published.v1',
    subject: 'x',
    time: '2026-01-01T00:00:00.000Z',
    datacontenttype: 'application/json',
    aggregateversion: 1,
    data: {},
  };

  it('is a CloudEvent with the version of its aggregate', () => {
    expect(eventEnvelope.safeParse(event).success).toBe(true);
    for (const broken of [{ specversion: '0.3' }, { aggregateversion: 0 }, { id: 'x' }, { time: 'yesterday' }]) {
      expect(eventEnvelope.safeParse({ ...event, ...broken }).success).toBe(false);
    }
  });
});
