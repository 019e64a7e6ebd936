import { randomBytes } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { chmod, cp, mkdir, mkdtemp, open, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { FileBlobStore } from '../src/index.js';
import type { UploadFileSystem } from '../src/index.js';
import { sha256OfStaged } from '../src/verify-contents.js';
import { describeBlobStore } from './blob-store.suite.js';
import { all, digest, mebibyte, stageBytes } from './contents.js';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'waybill-blobs-'));
});
afterAll(async () => {
  await rm(directory, { recursive: true, force: true });
});

async function freshRoot(): Promise<string> {
  return await mkdtemp(join(directory, 'root-'));
}

async function filesBelow(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** A file system whose writes fail with `code`, after some that succeed. */
function failingWrites(code: string, afterCalls: number): UploadFileSystem {
  let calls = 0;
  const failure = (): NodeJS.ErrnoException => Object.assign(new Error(`${code}: simulated`), { code });
  function failing<F extends typeof fs.write | typeof fs.writev>(real: F): F {
    function write(...args: unknown[]): void {
      const done = args.at(-1) as (error: Error) => void;
      calls += 1;
      if (calls > afterCalls) setImmediate(done, failure());
      else Reflect.apply(real, fs, args);
    }
    return write as unknown as F;
  }
  return { ...fs, write: failing(fs.write), writev: failing(fs.writev) };
}

async function fileHandlePrototype(): Promise<FileHandle> {
  await using handle = await open(import.meta.filename, 'r');
  return Object.getPrototypeOf(handle) as FileHandle;
}

describe('FileBlobStore', () => {
  let rootDir: string;
  beforeAll(async () => {
    rootDir = await freshRoot();
  });

  describeBlobStore(() => ({
    store: new FileBlobStore({ rootDir }),
    verifyingStore: new FileBlobStore({ rootDir, verifyOnPromote: true }),
    overwriteStaged: (key, bytes) => writeFile(join(rootDir, key), bytes),
    leftovers: () => filesBelow(join(rootDir, 'staged')),
  }));

  it('names files by digest and lets only owner and group read them', async () => {
    const { digest: sha256 } = await new FileBlobStore({ rootDir }).put(Buffer.from('hello'));
    const hex = sha256.slice('sha256:'.length);
    const path = join(rootDir, 'blobs/sha256', hex.slice(0, 2), hex);
    expect(await readFile(path, 'utf8')).toBe('hello');
    expect((await stat(path)).mode & 0o007).toBe(0);
  });

  it.each(['ENOSPC', 'EDQUOT'])('says that the store is full on %s, keeps nothing, and recovers', async (code) => {
    const root = await freshRoot();
    const full = new FileBlobStore({ rootDir: root, uploadFileSystem: failingWrites(code, 2) });
    const bytes = randomBytes(20 * mebibyte);
    await expect(stageBytes(full, bytes)).rejects.toMatchObject({ kind: 'unavailable', code: 'store.full' });
    expect(await filesBelow(join(root, 'staged'))).toEqual([]);
    await expect(stageBytes(new FileBlobStore({ rootDir: root }), bytes)).resolves.toBeDefined();
  });

  it.each([
    ['EROFS', 'store.read-only'],
    ['EACCES', 'store.denied'],
    ['EIO', 'store.failed'],
  ])('maps %s to %s', async (errno, code) => {
    const store = new FileBlobStore({ rootDir: await freshRoot(), uploadFileSystem: failingWrites(errno, 0) });
    await expect(stageBytes(store, randomBytes(10))).rejects.toMatchObject({ kind: 'unavailable', code });
  });

  it.each(['fdatasync', 'fsync'] as const)('refuses an upload that %s cannot bring to the disk', async (call) => {
    const root = await freshRoot();
    const failing = (_fd: number, done: (error: Error) => void): void => {
      setImmediate(done, Object.assign(new Error('simulated'), { code: 'EIO' }));
    };
    const uploadFileSystem = { ...fs, [call]: failing as unknown as typeof fs.fsync };
    const store = new FileBlobStore({ rootDir: root, uploadFileSystem });
    await expect(stageBytes(store, randomBytes(20 * mebibyte))).rejects.toMatchObject({ code: 'store.failed' });
    expect(await filesBelow(join(root, 'staged'))).toEqual([]);
  });

  it('waits for the disk where a small upload is promoted, not where it is staged', async () => {
    let waits = 0;
    const fsync = ((fd: number, done: fs.NoParamCallback) => {
      waits += 1;
      fs.fsync(fd, done);
    }) as typeof fs.fsync;
    const store = new FileBlobStore({ rootDir: await freshRoot(), uploadFileSystem: { ...fs, fsync } });
    const staged = await stageBytes(store, randomBytes(1000));
    expect(waits).toBe(0);
    const synced = vi.spyOn(await fileHandlePrototype(), 'sync');
    try {
      const { digest } = await store.promote(staged);
      expect(synced.mock.calls.length).toBeGreaterThanOrEqual(2);
      synced.mockClear();
      synced.mockRejectedValueOnce(Object.assign(new Error('simulated'), { code: 'EIO' }));
      const next = await stageBytes(store, randomBytes(1000));
      await expect(store.promote(next)).rejects.toMatchObject({ kind: 'unavailable', code: 'store.failed' });
      expect(await store.stat(sha256OfStaged(next))).toBeUndefined();
      expect((await store.promote(next)).sizeBytes).toBe(1000);
      expect(await store.stat(digest)).toMatchObject({ sizeBytes: 1000 });
    } finally {
      synced.mockRestore();
    }
    await stageBytes(store, randomBytes(9 * mebibyte));
    expect(waits).toBe(1);
  });

  it('refuses a directory with other contents, and touches nothing in it', async () => {
    const root = await freshRoot();
    await writeFile(join(root, 'thesis.txt'), 'dear');
    const store = new FileBlobStore({ rootDir: root });
    const refusal = { kind: 'unavailable', code: 'store.foreign', message: expect.stringContaining(root) as string };
    await expect(store.health()).rejects.toMatchObject(refusal);
    await expect(stageBytes(store, randomBytes(10))).rejects.toMatchObject(refusal);
    expect(await readdir(root)).toEqual(['thesis.txt']);
  });

  it('refuses a root that is a file', async () => {
    const root = join(await freshRoot(), 'file');
    await writeFile(root, '');
    await expect(new FileBlobStore({ rootDir: root }).health()).rejects.toMatchObject({ code: 'store.foreign' });
  });

  it.runIf(process.getuid?.() !== 0)('refuses a root it may not write', async () => {
    const root = await freshRoot();
    await chmod(root, 0o500);
    await expect(new FileBlobStore({ rootDir: root }).health()).rejects.toMatchObject({ code: 'store.denied' });
  });

  it('refuses a relative root', () => {
    expect(() => new FileBlobStore({ rootDir: 'data' })).toThrow('absolute');
  });

  it('lets many processes begin in one empty directory at once', async () => {
    const root = join(await freshRoot(), 'new', 'deep');
    const stores = Array.from({ length: 10 }, () => new FileBlobStore({ rootDir: root }));
    const refs = await Promise.all(stores.map((store) => store.put(Buffer.from('same'))));
    expect(new Set(refs.map((ref) => ref.digest)).size).toBe(1);
    expect((await filesBelow(root)).length).toBe(2);
  });

  it('lists and discards the partial file of a process that died', async () => {
    const root = await freshRoot();
    const store = new FileBlobStore({ rootDir: root });
    const { key } = await stageBytes(store, randomBytes(10));
    await cp(join(root, key), join(root, `${key}.part`));
    await rm(join(root, key));
    expect(await store.statStaged(key)).toBeUndefined();
    expect((await all(store.listStaged({ olderThan: new Date(Date.now() + 1000) }))).map((found) => found.key)).toEqual(
      [key],
    );
    await store.discardStaged(key);
    expect(await filesBelow(join(root, 'staged'))).toEqual([]);
  });

  it('lists neither foreign files nor misplaced blobs', async () => {
    const root = await freshRoot();
    const store = new FileBlobStore({ rootDir: root });
    const { digest: kept } = await store.put(Buffer.from('kept'));
    await mkdir(join(root, 'blobs/sha256/00'), { recursive: true });
    await writeFile(join(root, 'blobs/sha256/00', digest('sha256', Buffer.from('x')).slice(7)), 'x');
    await writeFile(join(root, 'blobs/sha256/00/notes.txt'), 'x');
    expect((await all(store.listBlobs())).map((blob) => blob.digest)).toEqual([kept]);
  });

  it('refuses a directory of an earlier layout, whose blobs it would not find', async () => {
    const root = await freshRoot();
    await writeFile(join(root, 'waybill-blobs.json'), '{"format":"waybill-blobs","version":1}\n');
    await expect(new FileBlobStore({ rootDir: root }).health()).rejects.toMatchObject({ code: 'store.foreign' });
  });

  it('makes the folders of blobs again when somebody removed them', async () => {
    const root = await freshRoot();
    const store = new FileBlobStore({ rootDir: root });
    const bytes = Buffer.from('again');
    const { digest: sha256 } = await store.put(bytes);
    const key = (await stageBytes(store, bytes)).key;
    await rm(join(root, 'blobs'), { recursive: true });
    await rm(join(root, 'staged'), { recursive: true });
    expect(await store.statStaged(key)).toBeUndefined();
    await stageBytes(store, bytes).catch(() => undefined);
    await store.promote(await stageBytes(store, bytes));
    expect(await store.stat(sha256)).toMatchObject({ sizeBytes: bytes.length });
  });

  it('refuses to call a damaged blob a success', async () => {
    const root = await freshRoot();
    const store = new FileBlobStore({ rootDir: root });
    const { digest: sha256 } = await store.put(Buffer.from('whole'));
    const hex = sha256.slice(7);
    await writeFile(join(root, 'blobs/sha256', hex.slice(0, 2), hex), 'who');
    await expect(store.put(Buffer.from('whole'))).rejects.toMatchObject({ code: 'blob.digest-mismatch' });
  });

  it('loses no blob when the collector and uploads of the same bytes meet', async () => {
    const root = await freshRoot();
    const store = new FileBlobStore({ rootDir: root });
    const bytes = Buffer.from('contended');
    const { digest: sha256 } = await store.put(bytes);
    const hex = sha256.slice(7);
    const path = join(root, 'blobs/sha256', hex.slice(0, 2), hex);
    for (let round = 0; round < 50; round += 1) {
      await utimes(path, new Date(0), new Date(0));
      const untouchedSince = new Date(Date.now() - 60_000);
      await Promise.all([store.delete(sha256, { untouchedSince }), store.put(bytes), store.put(bytes)]);
      expect(await store.stat(sha256)).toMatchObject({ sizeBytes: bytes.length });
    }
    expect(await filesBelow(join(root, 'staged'))).toEqual([]);
  });
});
