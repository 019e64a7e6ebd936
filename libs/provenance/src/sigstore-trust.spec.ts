import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunningCiIssuer, Sigstore } from '@waybill/testing';
import { makeSigstore, startCiIssuer, tempDir } from '@waybill/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { attest, bytesOf, release } from '../test/attested.js';
import { SigstoreTrust } from './sigstore-trust.js';
import { parseTrustRoot } from './trust-root.js';
import type { TrustSource } from './trust-source.js';
import { fileTrustSource, publicGoodTrustSource } from './trust-source.js';
import { verifyProvenance } from './verify-provenance.js';

const minute = 60_000;
const start = Date.parse('2026-11-22T00:00:00Z');
let sigstore: Sigstore;
let other: Sigstore;
let github: RunningCiIssuer;

beforeAll(async () => {
  [sigstore, other] = [await makeSigstore(), await makeSigstore()];
  github = await startCiIssuer('github-actions');
});

afterAll(() => github.stop());

function rootOf({ trustedRoot }: Sigstore) {
  return parseTrustRoot('test', Buffer.from(trustedRoot));
}

/** A source that starts with one root and finds others later. */
function source(...renewals: readonly (Sigstore | Error)[]): TrustSource {
  const left = [...renewals];
  return {
    name: 'test',
    read: () => Promise.resolve(rootOf(sigstore)),
    renew: () => {
      const next = left.shift();
      return next === undefined || next instanceof Error
        ? Promise.reject(next ?? new Error('none'))
        : Promise.resolve(rootOf(next));
    },
    freshMilliseconds: 24 * 60 * minute,
    mayBeOld: true,
  };
}

describe('trust in a Sigstore', () => {
  it('by a file follows what is written into it, and survives nonsense', async () => {
    await using directory = await tempDir();
    const file = join(directory.path, 'trusted_root.json');
    await writeFile(file, sigstore.trustedRoot);
    const failed = vi.fn();
    const trust = await SigstoreTrust.open([fileTrustSource(file)], failed);
    const bundle = bytesOf(await attest(other, github));
    const verified = (now: number) => verifyProvenance(bundle, release, trust.roots(now));
    expect(() => verified(start)).toThrow(/Nobody who is trusted/);
    await trust.settled();

    await writeFile(file, '{ "half');
    trust.roots(start + 2 * minute);
    await trust.settled();
    expect(failed).toHaveBeenCalledOnce();
    expect(verifyProvenance(bytesOf(await attest(sigstore, github)), release, trust.roots(start)).files).toHaveLength(
      1,
    );

    await writeFile(file, other.trustedRoot);
    trust.roots(start + 20 * minute);
    await trust.settled();
    expect(verified(start + 20 * minute).files).toHaveLength(1);
  });

  it('does not begin with a file that is none', async () => {
    await using directory = await tempDir();
    const missing = fileTrustSource(join(directory.path, 'missing.json'));
    await expect(SigstoreTrust.open([missing], vi.fn())).rejects.toThrow(/ENOENT/);
    for (const text of [
      '[]',
      '{}',
      '{"mediaType":"application/vnd.dev.sigstore.trustedroot+json;version=0.1","certificateAuthorities":[]}',
    ]) {
      expect(() => parseTrustRoot('x', Buffer.from(text))).toThrow(/trust root x cannot be read/);
    }
    const timeless = JSON.stringify({
      ...(JSON.parse(sigstore.trustedRoot) as object),
      tlogs: [],
      timestampAuthorities: [],
    });
    expect(() => parseTrustRoot('x', Buffer.from(timeless))).toThrow(/cannot be read/);
  });

  it('is renewed in the background, at most once a day and every ten minutes after a failure', async () => {
    const failed = vi.fn();
    const trust = await SigstoreTrust.open([source(new Error('offline'), other)], failed);
    const before = trust.roots(start);
    expect(trust.isCatchingUp).toBe(true);
    await trust.settled();
    expect(trust.isCatchingUp).toBe(false);
    expect(failed).toHaveBeenCalledExactlyOnceWith('test', expect.objectContaining({ message: 'offline' }));
    expect(trust.roots(start + 5 * minute)).toEqual(before);
    expect(trust.isCatchingUp).toBe(false);
    trust.roots(start + 11 * minute);
    await trust.settled();
    expect(trust.roots(start + 12 * minute)).not.toEqual(before);
    trust.roots(start + 23 * 60 * minute);
    await trust.settled();
  });

  it('in what everybody trusts is there without the network', async () => {
    await using directory = await tempDir();
    const trust = await SigstoreTrust.open([publicGoodTrustSource(directory.path)], vi.fn());
    // Not `roots()`, which would begin to ask.
    expect(trust.isCatchingUp).toBe(false);
    const root = await publicGoodTrustSource(directory.path).read();
    const bundle = bytesOf(await attest(sigstore, github));
    expect(() => verifyProvenance(bundle, release, [root])).toThrow(/Nobody who is trusted here/);
  });
});
