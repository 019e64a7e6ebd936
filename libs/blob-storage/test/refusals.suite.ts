import { randomBytes } from 'node:crypto';
import { PassThrough, Readable } from 'node:stream';

import type { Digest } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import { describe, expect, it } from 'vitest';

import type { StagedKey } from '../src/index.js';
import type { DriverUnderTest } from './driver-under-test.js';
import { digest, endlessStream, mebibyte, stageBytes, streamOf } from './contents.js';

export function describeRefusals(driver: () => DriverUnderTest): void {
  describe('refusing', () => {
    /** Expects the upload to be refused, and nothing of it to stay. */
    async function expectRefused(upload: () => Promise<unknown>, error: object): Promise<void> {
      const before = await driver().leftovers();
      await expect(upload()).rejects.toMatchObject(error);
      expect(await driver().leftovers()).toEqual(before);
    }

    it.each([1000, 12 * mebibyte])('stops at the first byte over %i and leaves nothing (I3)', async (maxBytes) => {
      const source = endlessStream();
      await expectRefused(() => driver().store.stage(source, { maxBytes }), {
        kind: 'limit',
        code: 'upload.too-large',
      });
      expect(source.givenBytes).toBeLessThan(maxBytes + 4 * mebibyte);
      expect(source.destroyed).toBe(false);
      source.destroy(new Error('late, and of no interest'));
      await new Promise((resolve) => source.once('close', resolve));
    });

    it('refuses an announced size over the limit without reading', async () => {
      const source = endlessStream();
      await expectRefused(() => driver().store.stage(source, { maxBytes: 10, expected: { sizeBytes: 11 } }), {
        code: 'upload.too-large',
      });
      expect(source.givenBytes).toBe(0);
    });

    it.each([100, 12 * mebibyte])('leaves nothing of a source that fails after %i bytes', async (size) => {
      const source = Readable.from(
        (async function* failing() {
          yield* streamOf(randomBytes(size));
          throw new Error('connection reset');
        })(),
      );
      await expectRefused(() => driver().store.stage(source, { maxBytes: 64 * mebibyte }), {
        kind: 'invalid',
        code: 'upload.aborted',
      });
    });

    it('leaves nothing of a source that closes before its end', async () => {
      const source = new PassThrough();
      source.write(randomBytes(5000));
      const upload = async () => {
        setImmediate(() => source.destroy());
        await driver().store.stage(source, { maxBytes: mebibyte });
      };
      await expectRefused(upload, { code: 'upload.aborted' });
    });

    it('refuses a source that was destroyed before', async () => {
      const source = new PassThrough();
      source.destroy();
      await expectRefused(() => driver().store.stage(source, { maxBytes: 10 }), { code: 'upload.aborted' });
    });

    it('breaks off a stalled upload when the signal says so, with the reason given', async () => {
      const source = new PassThrough();
      source.write(randomBytes(5000));
      const stop = new AbortController();
      const upload = async () => {
        setImmediate(() => stop.abort(new DomainError('limit', 'upload.too-slow', 'Too slow.')));
        await driver().store.stage(source, { maxBytes: mebibyte, signal: stop.signal });
      };
      await expectRefused(upload, { code: 'upload.too-slow' });
    });

    it('refuses at once when the signal was aborted before', async () => {
      const upload = () => driver().store.stage(endlessStream(), { maxBytes: 10, signal: AbortSignal.abort() });
      await expectRefused(upload, { code: 'upload.aborted' });
    });

    it.each([
      ['size, shorter', { sizeBytes: 4001 }, 'upload.size-mismatch'],
      ['size, longer', { sizeBytes: 3999 }, 'upload.size-mismatch'],
      ['sha256', { digest: digest('sha256', Buffer.from('other')) }, 'upload.digest-mismatch'],
      ['sha1', { digest: digest('sha1', Buffer.from('other')) }, 'upload.digest-mismatch'],
    ])('refuses an upload of another %s than announced (I7)', async (_what, expected, code) => {
      const upload = () => stageBytes(driver().store, randomBytes(4000), { expected });
      await expectRefused(upload, { kind: 'invalid', code });
    });

    it('refuses other bytes than announced in an upload of several parts', async () => {
      const expected = { digest: digest('sha256', Buffer.from('other')) };
      const upload = () => stageBytes(driver().store, randomBytes(20 * mebibyte), { expected });
      await expectRefused(upload, { code: 'upload.digest-mismatch' });
    });

    const uuid = '0190d3a2-3c00-4a00-8a00-000000000000';
    it.each([
      '../../etc/passwd',
      'staged/../../../../etc/passwd',
      `staged/2026-01-01/../../${uuid}`,
      `staged/2026-01-01/${uuid}\0`,
      `staged/2026-01-01/${uuid}\n`,
      `staged%2f2026-01-01%2f${uuid}`,
      `staged\\2026-01-01\\${uuid}`,
      `/staged/2026-01-01/${uuid}`,
      `blobs/2026-01-01/${uuid}`,
      '',
    ])('refuses the staged key %j', async (text) => {
      const { store } = driver();
      const key = text as StagedKey;
      const sha256 = digest('sha256', Buffer.from('x'));
      const refusal = { kind: 'invalid', code: 'blob.staged-key-malformed' };
      await expect(store.openStaged(key)).rejects.toMatchObject(refusal);
      await expect(store.statStaged(key)).rejects.toMatchObject(refusal);
      await expect(store.discardStaged(key)).rejects.toMatchObject(refusal);
      await expect(store.promote({ key, sizeBytes: 1, digests: { sha256 } })).rejects.toMatchObject(refusal);
    });

    const hex = 'ab'.repeat(32);
    it.each([
      `sha256:../../../${hex.slice(9)}`,
      `sha256:${hex}/../x`,
      `sha256:${hex.slice(1)}\0`,
      `sha256:${hex.toUpperCase()}`,
      `sha256:%2e%2e${hex.slice(6)}`,
      `sha512:${hex}${hex}`,
      `sha1:${hex.slice(24)}`,
      hex,
      '',
    ])('refuses the digest %j', async (text) => {
      const { store } = driver();
      const malformed = text as Digest;
      const staged = await stageBytes(store, Buffer.from('x'));
      for (const attempt of [
        () => store.open(malformed),
        () => store.stat(malformed),
        () => store.touch(malformed),
        () => store.delete(malformed),
        () => store.promote({ ...staged, digests: { sha256: malformed } }),
      ]) {
        await expect(attempt()).rejects.toMatchObject({ kind: 'invalid' });
      }
    });
  });
}
