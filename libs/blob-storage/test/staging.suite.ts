import { randomBytes } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import type { DriverUnderTest } from './driver-under-test.js';
import { all, bytesOf, digest, mebibyte, stageBytes } from './contents.js';

export function describeStaging(driver: () => DriverUnderTest): void {
  describe('staging', () => {
    it.each([0, 1, 20 * mebibyte])('round-trips %i bytes', async (size) => {
      const { store } = driver();
      const bytes = randomBytes(size);
      const staged = await stageBytes(store, bytes);
      expect(staged).toMatchObject({ sizeBytes: size, digests: { sha256: digest('sha256', bytes) } });
      expect(bytes.equals(await bytesOf(await store.openStaged(staged.key)))).toBe(true);
      const ref = await store.promote(staged);
      expect(ref).toEqual({ digest: digest('sha256', bytes), sizeBytes: size });
      expect(bytes.equals(await bytesOf(await store.open(ref.digest)))).toBe(true);
    });

    it('computes every digest that was asked for, in the pass that stores', async () => {
      const bytes = randomBytes(300_000);
      const staged = await stageBytes(driver().store, bytes, { digests: ['sha1', 'sha512'] });
      expect(staged.digests).toEqual({
        sha1: digest('sha1', bytes),
        sha256: digest('sha256', bytes),
        sha512: digest('sha512', bytes),
      });
    });

    it('takes an upload whose size and digest are the announced ones, exactly at the limit', async () => {
      const bytes = randomBytes(5000);
      const expected = { sizeBytes: 5000, digest: digest('sha512', bytes) };
      const staged = await stageBytes(driver().store, bytes, { maxBytes: 5000, expected });
      expect(staged.digests.sha512).toBe(expected.digest);
    });

    it('shows nothing under the digest before promotion (I7)', async () => {
      const { store } = driver();
      const bytes = randomBytes(1000);
      const staged = await stageBytes(store, bytes);
      expect(await store.stat(digest('sha256', bytes))).toBeUndefined();
      await expect(store.open(digest('sha256', bytes))).rejects.toMatchObject({ code: 'blob.missing' });
      expect(await store.statStaged(staged.key)).toMatchObject({ sizeBytes: 1000 });
    });

    it('keeps two uploads of the same bytes apart', async () => {
      const { store } = driver();
      const bytes = randomBytes(100);
      const [first, second] = await Promise.all([stageBytes(store, bytes), stageBytes(store, bytes)]);
      expect(first.key).not.toBe(second.key);
      await store.discardStaged(first.key);
      expect(await store.statStaged(second.key)).toBeDefined();
    });

    it('discards, twice if need be', async () => {
      const { store } = driver();
      const { key } = await stageBytes(store, randomBytes(10));
      await store.discardStaged(key);
      await store.discardStaged(key);
      expect(await store.statStaged(key)).toBeUndefined();
      await expect(store.openStaged(key)).rejects.toMatchObject({ kind: 'not-found', code: 'blob.staged-missing' });
    });

    it('reads a range of a staged upload', async () => {
      const { store } = driver();
      const bytes = randomBytes(1000);
      const { key } = await stageBytes(store, bytes);
      expect(await bytesOf(await store.openStaged(key, { start: 10, end: 19 }))).toEqual(bytes.subarray(10, 20));
    });

    it('lists what was staged before a time', async () => {
      const { store } = driver();
      const { key } = await stageBytes(store, randomBytes(77));
      const soon = await all(store.listStaged({ olderThan: new Date(Date.now() + 60_000) }));
      expect(soon).toContainEqual({ key, sizeBytes: 77, stagedAt: expect.any(Date) as Date });
      const longAgo = await all(store.listStaged({ olderThan: new Date(Date.now() - 60_000) }));
      expect(longAgo.map((upload) => upload.key)).not.toContain(key);
    });
  });
}
