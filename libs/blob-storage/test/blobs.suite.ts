import { randomBytes } from 'node:crypto';
import { Writable } from 'node:stream';

import { describe, expect, it } from 'vitest';

import type { DriverUnderTest } from './driver-under-test.js';
import { all, bytesOf, digest } from './contents.js';
import { Recorder } from './recorder.js';

const anHourMs = 3_600_000;

export function describeBlobs(driver: () => DriverUnderTest): void {
  describe('blobs', () => {
    it('puts small contents, the same ones as often as wanted', async () => {
      const { store } = driver();
      const bytes = new TextEncoder().encode(`{"name":"${randomBytes(8).toString('hex')}"}`);
      const ref = await store.put(bytes);
      expect(ref).toEqual({ digest: digest('sha256', bytes), sizeBytes: bytes.length });
      expect(await store.put(bytes)).toEqual(ref);
      expect(await bytesOf(await store.open(ref.digest))).toEqual(Buffer.from(bytes));
      expect(await store.put(new Uint8Array())).toMatchObject({ sizeBytes: 0 });
    });

    it.each([
      [0, 0],
      [0, 999],
      [10, 19],
      [999, 999],
      [990, 5000],
    ])('reads the bytes %i to %i', async (start, end) => {
      const { store } = driver();
      const bytes = randomBytes(1000);
      const ref = await store.put(bytes);
      expect(await bytesOf(await store.open(ref.digest, { start, end }))).toEqual(bytes.subarray(start, end + 1));
      const target = new Recorder();
      await store.copyTo(target, ref.digest, { start, end });
      expect(target.bytes).toEqual(bytes.subarray(start, end + 1));
    });

    it('copies the same bytes to slow and fast targets at once', async () => {
      const { store } = driver();
      const blobs = await Promise.all(
        [0, 1, 262_144, 1_000_003, 3_000_000].map(async (sizeBytes) => {
          const bytes = randomBytes(sizeBytes);
          return { bytes, ...(await store.put(bytes)) };
        }),
      );
      const copies = [...blobs, ...blobs, ...blobs].map(async ({ digest: wanted, bytes }, turn) => {
        const target = new Recorder(turn % 2 === 0);
        await store.copyTo(target, wanted);
        expect(target.bytes.equals(bytes)).toBe(true);
      });
      await Promise.all(copies);
    });

    it('ends a copy whose target has gone away', async () => {
      const { store } = driver();
      const ref = await store.put(randomBytes(3_000_000));
      const target = new Writable({ write: () => target.destroy() });
      await expect(store.copyTo(target, ref.digest)).rejects.toThrow(/close|aborted/i);
    });

    it.each([
      [1000, 1000, 'blob.range-unsatisfiable'],
      [-1, 5, 'blob.range-malformed'],
      [5, 4, 'blob.range-malformed'],
      [0.5, 4, 'blob.range-malformed'],
      [Number.NaN, 4, 'blob.range-malformed'],
    ])('refuses the range %d to %d', async (start, end, code) => {
      const { store } = driver();
      const ref = await store.put(randomBytes(1000));
      await expect(store.open(ref.digest, { start, end })).rejects.toMatchObject({ kind: 'invalid', code });
      const target = new Recorder();
      await expect(store.copyTo(target, ref.digest, { start, end })).rejects.toMatchObject({ kind: 'invalid', code });
      expect(target.destroyed).toBe(false);
    });

    it('says what is missing', async () => {
      const { store } = driver();
      const missing = digest('sha256', randomBytes(10));
      const refusal = { kind: 'not-found', code: 'blob.missing' };
      await expect(store.open(missing)).rejects.toMatchObject(refusal);
      await expect(store.open(missing, { start: 0, end: 1 })).rejects.toMatchObject(refusal);
      const target = new Recorder();
      await expect(store.copyTo(target, missing)).rejects.toMatchObject(refusal);
      expect(target.destroyed).toBe(false);
      await expect(store.touch(missing)).rejects.toMatchObject(refusal);
      expect(await store.stat(missing)).toBeUndefined();
      expect(await store.delete(missing)).toBe(false);
    });

    it('renews the time of a blob that is touched, put again or promoted again', async () => {
      const { store } = driver();
      const bytes = randomBytes(10);
      const ref = await store.put(bytes);
      async function renews(action: () => Promise<unknown>): Promise<void> {
        const before = (await store.stat(ref.digest))?.lastTouchedAt.getTime() ?? 0;
        // S3 tells whole seconds, so that it takes up to one until a touch shows.
        await expect
          .poll(
            async () => {
              await action();
              return (await store.stat(ref.digest))?.lastTouchedAt.getTime();
            },
            { timeout: 5000, interval: 100 },
          )
          .toBeGreaterThan(before);
      }
      await renews(() => store.touch(ref.digest));
      await renews(() => store.put(bytes));
      expect(await bytesOf(await store.open(ref.digest))).toEqual(bytes);
    });

    it('deletes only what nobody touched since, when asked so', async () => {
      const { store } = driver();
      const bytes = randomBytes(10);
      const ref = await store.put(bytes);
      expect(await store.delete(ref.digest, { untouchedSince: new Date(Date.now() - anHourMs) })).toBe(false);
      expect(await bytesOf(await store.open(ref.digest))).toEqual(bytes);
      expect(await store.delete(ref.digest, { untouchedSince: new Date(Date.now() + anHourMs) })).toBe(true);
      expect(await store.stat(ref.digest)).toBeUndefined();
    });

    it('lists blobs, and no longer those that were deleted', async () => {
      const { store } = driver();
      const ref = await store.put(randomBytes(123));
      const other = await store.put(randomBytes(10));
      expect(await store.delete(other.digest)).toBe(true);
      const listed = await all(store.listBlobs());
      expect(listed).toContainEqual({ ...ref, lastTouchedAt: expect.any(Date) as Date });
      expect(listed.map((blob) => blob.digest)).not.toContain(other.digest);
    });

    it('goes on reading a blob that is put again meanwhile', async () => {
      const { store } = driver();
      const bytes = randomBytes(2_000_000);
      const ref = await store.put(bytes);
      const reading = await store.open(ref.digest);
      await store.put(bytes);
      expect(bytes.equals(await bytesOf(reading))).toBe(true);
    });

    it('is healthy', async () => {
      await expect(driver().store.health()).resolves.toBeUndefined();
    });
  });
}
