import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';

import { startMinio, whyMinioIsMissing } from '@waybill/testing';
import type { RunningMinio } from '@waybill/testing';
import { Client } from 'minio';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { S3BlobStore } from '../src/index.js';
import type { S3BlobStoreOptions } from '../src/index.js';
import { describeBlobStore } from './blob-store.suite.js';
import { all, bytesOf, digest, mebibyte, stageBytes } from './contents.js';

const missing = await whyMinioIsMissing();
const buildAndStartMs = 1_800_000;

describe.skipIf(missing !== undefined)(`S3BlobStore ${missing ?? ''}`, () => {
  let minio: RunningMinio;
  let client: Client;
  let options: S3BlobStoreOptions;
  const begunUploads = new Set<string>();

  beforeAll(async () => {
    minio = await startMinio();
    const { endpoint, accessKey, secretKey, port } = minio;
    options = { endpoint, accessKey, secretKey, bucket: 'waybill', prefix: 'blobs/test', partBytes: 5 * mebibyte };
    client = new Client({ endPoint: '127.0.0.1', port, useSSL: false, accessKey, secretKey });
    // MinIO lists unfinished uploads by exact name only, so their names are noted where they begin.
    const begin = Reflect.get(Client.prototype, 'initiateNewMultipartUpload');
    vi.spyOn(Client.prototype, 'initiateNewMultipartUpload').mockImplementation(async function noted(
      this: Client,
      ...[bucket, name, headers]
    ) {
      begunUploads.add(name);
      return await begin.call(this, bucket, name, headers);
    });
  }, buildAndStartMs);
  afterAll(async () => {
    vi.restoreAllMocks();
    await minio.stop();
  });

  function blobName(sha256: string): string {
    const hex = sha256.slice('sha256:'.length);
    return `sha256/${hex.slice(0, 2)}/${hex}`;
  }

  async function objectsBelow(prefix: string): Promise<string[]> {
    const items = await client.listObjectsV2(options.bucket, prefix, true).toArray();
    return items.map((item: { name: string }) => item.name);
  }

  async function unfinishedUploads(): Promise<string[]> {
    const found: string[] = [];
    for (const name of begunUploads) {
      if ((await client.findUploadId(options.bucket, name)) !== undefined) found.push(`unfinished ${name}`);
    }
    return found;
  }

  describe('in a bucket it created', () => {
    beforeAll(async () => {
      await new S3BlobStore(options).health();
    });

    describeBlobStore(() => ({
      store: new S3BlobStore(options),
      verifyingStore: new S3BlobStore({ ...options, verifyOnPromote: true }),
      overwriteStaged: async (key, bytes) => {
        await client.putObject(options.bucket, `${options.prefix}/${key}`, bytes);
      },
      leftovers: async () => [...(await objectsBelow(`${options.prefix}/staged/`)), ...(await unfinishedUploads())],
    }));

    it.each([5 * mebibyte, 10 * mebibyte, 10 * mebibyte + 1])(
      'stores %i bytes, at the edge of a part',
      async (size) => {
        const store = new S3BlobStore(options);
        const bytes = randomBytes(size);
        const { digest: sha256 } = await store.promote(await stageBytes(store, bytes));
        expect(bytes.equals(await bytesOf(await store.open(sha256)))).toBe(true);
      },
    );

    it('promotes in parts what is too large for one copy', async () => {
      const store = new S3BlobStore({ ...options, maxSingleCopyBytes: 5 * mebibyte });
      const bytes = randomBytes(12 * mebibyte);
      const { digest: sha256 } = await store.promote(await stageBytes(store, bytes));
      expect(bytes.equals(await bytesOf(await store.open(sha256)))).toBe(true);
      expect(await unfinishedUploads()).toEqual([]);
    });

    it('lists each blob with the time of its own touch, and none for a touch whose blob is gone', async () => {
      const store = new S3BlobStore({ ...options, prefix: 'marks' });
      const refs = await Promise.all(['a', 'b', 'c', 'd'].map((text) => store.put(Buffer.from(text))));
      await Promise.all(refs.slice(1).map((ref) => store.touch(ref.digest)));
      await client.removeObject(options.bucket, `marks/blobs/${blobName(refs[1]!.digest)}`);
      const listed = await all(store.listBlobs());
      expect(new Set(listed.map((blob) => blob.digest))).toEqual(
        new Set([refs[0]!, refs[2]!, refs[3]!].map((ref) => ref.digest)),
      );
      for (const { digest: sha256, lastTouchedAt } of listed) {
        const stat = await store.stat(sha256);
        expect(Math.floor(lastTouchedAt.getTime() / 1000)).toBe((stat?.lastTouchedAt.getTime() ?? 0) / 1000);
      }
    });

    it('never hides a blob from readers while it is put, promoted and touched', async () => {
      const store = new S3BlobStore(options);
      const bytes = randomBytes(200_000);
      const { digest: sha256 } = await store.put(bytes);
      async function write(): Promise<void> {
        await store.touch(sha256);
        await store.put(bytes);
        await store.promote(await stageBytes(store, bytes));
      }
      async function read(): Promise<void> {
        for (let round = 0; round < 20; round += 1) await bytesOf(await store.open(sha256));
      }
      await expect(Promise.all([write(), write(), write(), read(), read()])).resolves.toBeDefined();
    });

    it('removes the parts when the server refuses one', async () => {
      const store = new S3BlobStore(options);
      const refuse = vi.spyOn(Client.prototype, 'uploadPart').mockRejectedValue(new Error('refused'));
      await expect(stageBytes(store, randomBytes(20 * mebibyte))).rejects.toMatchObject({ code: 'store.failed' });
      refuse.mockRestore();
      expect(await unfinishedUploads()).toEqual([]);
    });
  });

  it('keeps everything below its prefix', async () => {
    const apart = new S3BlobStore({ ...options, prefix: 'elsewhere' });
    const { digest: sha256 } = await apart.put(randomBytes(10));
    expect(await new S3BlobStore(options).stat(sha256)).toBeUndefined();
    expect((await objectsBelow('elsewhere/')).length).toBe(1);
  });

  it('creates the bucket once, though many begin at once', async () => {
    const stores = Array.from({ length: 5 }, () => new S3BlobStore({ ...options, bucket: 'fresh-bucket' }));
    await Promise.all(stores.map((store) => store.put(Buffer.from('same'))));
    expect(await client.bucketExists('fresh-bucket')).toBe(true);
  });

  it('says that its credentials were refused', async () => {
    const store = new S3BlobStore({ ...options, secretKey: 'not-the-secret' });
    await expect(store.health()).rejects.toMatchObject({ kind: 'unavailable', code: 'store.denied' });
  });

  it('says that the server is unreachable', async () => {
    const store = new S3BlobStore({ ...options, endpoint: 'http://127.0.0.1:1' });
    const refusal = { kind: 'unavailable', code: 'store.unreachable' };
    await expect(store.health()).rejects.toMatchObject(refusal);
    await expect(store.open(digest('sha256', Buffer.from('x')))).rejects.toMatchObject(refusal);
    await expect(stageBytes(store, randomBytes(10))).rejects.toMatchObject(refusal);
  });

  it('gives a silent server up', async () => {
    const silent = createServer();
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const store = new S3BlobStore({ ...options, endpoint: `http://127.0.0.1:${port}`, idleTimeoutMs: 100 });
    await expect(store.health()).rejects.toMatchObject({ kind: 'unavailable', code: 'store.unreachable' });
    silent.close();
  });

  it.each([{ endpoint: 'ftp://x' }, { endpoint: 'nowhere' }, { prefix: '../up/' }, { partBytes: 1 }])(
    'refuses the settings %j',
    (wrong) => {
      expect(() => new S3BlobStore({ ...options, ...wrong })).toThrow(
        expect.objectContaining({ code: 'store.misconfigured' }),
      );
    },
  );
});
