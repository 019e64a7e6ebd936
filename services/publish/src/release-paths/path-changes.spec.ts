import { describe, expect, it } from 'vitest';
import { origin, provenance, publisherWith, stored } from '../../test/release-origins.js';
import { changesBetween } from './path-changes.js';

describe('what is different about two releases', () => {
  it('is nothing where they came alike', () => {
    const before = stored({ trustedPublisher: publisherWith(), provenance });
    expect(
      changesBetween(before, origin({ trustedPublisher: publisherWith({ ref: 'refs/tags/v2' }), provenance })),
    ).toEqual([]);
  });

  it('is each thing by itself, as it was and as it is', () => {
    const before = stored({ trustedPublisher: publisherWith() });
    const after = origin({
      trustedPublisher: publisherWith({ event: 'workflow_dispatch', actor: 'mallory' }),
      approvals: 2,
    });
    expect(changesBetween(before, after)).toEqual([
      { what: 'event', before: 'push', after: 'workflow_dispatch' },
      { what: 'started by', before: 'alice-at-github', after: 'mallory' },
      { what: 'approvals', before: null, after: '2' },
    ]);
  });

  it('says that a token came instead of a trusted publisher, and what all went with that', () => {
    const changes = changesBetween(stored({ trustedPublisher: publisherWith(), provenance }), origin());
    expect(changes[0]).toEqual({
      what: 'credential',
      before: 'a trusted publisher',
      after: 'a personal token of alice',
    });
    expect(changes).toContainEqual({ what: 'workflow', before: '.github/workflows/release.yml', after: null });
    expect(changes).toContainEqual({ what: 'provenance', before: 'verified', after: null });
  });

  it('is who signed where nothing else is told of the source, and no other tag of the same workflow (P2)', () => {
    const { predicateType, signedAt } = provenance;
    const robot = { predicateType, signedAt, issuer: 'https://accounts.google.com', identity: 'robot@acme.example' };
    const thief = { ...robot, identity: 'thief@gmail.com' };
    expect(changesBetween(stored({ provenance: robot }), origin({ provenance: thief }))).toEqual([
      { what: 'provenance: identity', before: 'robot@acme.example', after: 'thief@gmail.com' },
    ]);
    const nextTag = { ...provenance, identity: provenance.identity.replace('1.4.2', '1.4.3') };
    expect(changesBetween(stored({ provenance }), origin({ provenance: nextTag }))).toEqual([]);
  });
});
