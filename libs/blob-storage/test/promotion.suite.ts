import { randomBytes } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import type { DriverUnderTest } from './driver-under-test.js';
import { all, bytesOf, digest, stageBytes } from './contents.js';

export function describePromotion(driver: () => DriverUnderTest): void {
  describe('promoting', () => {
    it('moves: the staged upload is gone afterwards', async () => {
      const { store } = driver();
      const staged = await stageBytes(store, randomBytes(100));
      await store.promote(staged);
      expect(await store.statStaged(staged.key)).toBeUndefined();
    });

    it('answers the same when it is repeated', async () => {
      const { store } = driver();
      const staged = await stageBytes(store, randomBytes(100));
      expect(await store.promote(staged)).toEqual(await store.promote(staged));
    });

    it('takes the same bytes a second time and removes the second upload', async () => {
      const { store } = driver();
      const bytes = randomBytes(100);
      const first = await store.promote(await stageBytes(store, bytes));
      const second = await stageBytes(store, bytes);
      expect(await store.promote(second)).toEqual(first);
      expect(await store.statStaged(second.key)).toBeUndefined();
    });

    it('gives one blob for 20 promotions of the same bytes at once (I8)', async () => {
      const { store } = driver();
      const bytes = randomBytes(50_000);
      const uploads = await Promise.all(Array.from({ length: 20 }, () => stageBytes(store, bytes)));
      const refs = await Promise.all(uploads.map((staged) => store.promote(staged)));
      expect(new Set(refs.map((ref) => ref.digest))).toEqual(new Set([digest('sha256', bytes)]));
      expect(await bytesOf(await store.open(digest('sha256', bytes)))).toEqual(bytes);
      const staged = await all(store.listStaged({ olderThan: new Date(Date.now() + 60_000) }));
      const keys = new Set(staged.map((upload) => upload.key));
      expect(uploads.filter((upload) => keys.has(upload.key))).toEqual([]);
    });

    it('gives one blob for 20 promotions of the same upload at once', async () => {
      const { store } = driver();
      const bytes = randomBytes(50_000);
      const staged = await stageBytes(store, bytes);
      await Promise.all(Array.from({ length: 20 }, () => store.promote(staged)));
      expect(await bytesOf(await store.open(digest('sha256', bytes)))).toEqual(bytes);
    });

    it('refuses an upload that is not there', async () => {
      const { store } = driver();
      const staged = await stageBytes(store, randomBytes(100));
      await store.discardStaged(staged.key);
      await expect(store.promote(staged)).rejects.toMatchObject({ kind: 'not-found', code: 'blob.staged-missing' });
    });

    it('notices a store that holds fewer bytes than were staged (I7)', async () => {
      const { store, overwriteStaged } = driver();
      const bytes = randomBytes(100);
      const staged = await stageBytes(store, bytes);
      await overwriteStaged(staged.key, bytes.subarray(1));
      await expect(store.promote(staged)).rejects.toMatchObject({ kind: 'internal', code: 'blob.digest-mismatch' });
      expect(await store.stat(digest('sha256', bytes))).toBeUndefined();
    });

    it('notices a store that holds other bytes of the same size, when it is told to verify (I7)', async () => {
      const { verifyingStore: store, overwriteStaged } = driver();
      const bytes = randomBytes(100);
      const staged = await stageBytes(store, bytes);
      await overwriteStaged(staged.key, randomBytes(100));
      await expect(store.promote(staged)).rejects.toMatchObject({ kind: 'internal', code: 'blob.digest-mismatch' });
      expect(await store.stat(digest('sha256', bytes))).toBeUndefined();
    });

    it('promotes what verifies', async () => {
      const { verifyingStore: store } = driver();
      const bytes = randomBytes(100);
      expect(await store.promote(await stageBytes(store, bytes))).toMatchObject({ digest: digest('sha256', bytes) });
    });
  });
}
