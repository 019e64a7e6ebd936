import { rename, stat, unlink } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import type { Writable } from 'node:stream';
import { Readable } from 'node:stream';

import type { Digest } from '@waybill/domain';
import { DomainError } from '@waybill/domain';

import { blobMissing, stagedMissing, storedBytesDiffer } from '../blob-errors.js';
import { digestOfBlobKey } from '../blob-key.js';
import type {
  BlobRef,
  BlobStat,
  BlobStore,
  ByteRange,
  ListedBlob,
  ListedUpload,
  StagedBlob,
  StageOptions,
} from '../blob-store.js';
import { receiveUpload } from '../receive-upload.js';
import { isStagedKey, newStagedKey, parseStagedKey } from '../staged-key.js';
import type { StagedKey } from '../staged-key.js';
import { sha256OfBytes, sha256OfStaged, verifyContents } from '../verify-contents.js';
import { blobPath, moveInto, removeUntouched, touchFile } from './blob-directory.js';
import { copyFileTo } from './copy-file.js';
import { syncDirectory } from './durable-files.js';
import { storeErrorOf, unlessMissing } from './fs-error.js';
import { KnownDirectories } from './known-directories.js';
import { listFiles } from './list-files.js';
import { ReadBuffers } from './read-buffers.js';
import { readFileStream } from './read-file.js';
import { openRoot, probeRoot } from './store-root.js';
import { realUploadFileSystem, type UploadFileSystem } from './upload-file-system.js';
import { writeUpload } from './write-upload.js';

export interface FileBlobStoreOptions {
  /** Absolute path of a directory that is empty, absent, or a blob store already; on one file system. */
  readonly rootDir: string;
  /** Read and hash the staged bytes once more in `promote`; default false: the size is compared. */
  readonly verifyOnPromote?: boolean;
  readonly uploadFileSystem?: UploadFileSystem;
}

const partial = '.part';

/**
 * Blobs as files: written beside their final name, fsynced, renamed; safe for many processes on one directory. What is
 * staged only is not durable yet: nobody has been told of it, and `promote` waits for the disk (ADR 0021).
 */
export class FileBlobStore implements BlobStore {
  readonly #rootDir: string;
  readonly #verifyOnPromote: boolean;
  readonly #uploadFileSystem: UploadFileSystem;
  readonly #readBuffers = new ReadBuffers();
  readonly #directories = new KnownDirectories();
  #opened: Promise<void> | undefined;

  constructor(options: FileBlobStoreOptions) {
    if (!isAbsolute(options.rootDir)) {
      throw new DomainError('internal', 'store.misconfigured', 'The object store needs an absolute directory.');
    }
    this.#rootDir = options.rootDir;
    this.#verifyOnPromote = options.verifyOnPromote ?? false;
    this.#uploadFileSystem = options.uploadFileSystem ?? realUploadFileSystem;
  }

  async stage(source: Readable, options: StageOptions): Promise<StagedBlob> {
    const key = newStagedKey();
    const path = this.#stagedPath(key);
    const received = await receiveUpload(source, options, async (measured) => {
      try {
        await this.#open();
        await this.#directories.ensure(dirname(path));
        await writeUpload(`${path}${partial}`, measured, this.#uploadFileSystem);
        await rename(`${path}${partial}`, path);
      } catch (error) {
        this.#directories.forget(dirname(path));
        await this.#removeStagedFiles(path).catch(() => undefined);
        throw storeErrorOf(error);
      }
    });
    return { key, ...received };
  }

  async openStaged(key: StagedKey, range?: ByteRange): Promise<Readable> {
    const stream = await readFileStream(this.#stagedPath(key), range);
    if (stream === undefined) throw stagedMissing();
    return stream;
  }

  async statStaged(key: StagedKey): Promise<{ sizeBytes: number; stagedAt: Date } | undefined> {
    const stats = await unlessMissing(stat(this.#stagedPath(key)));
    return stats === undefined ? undefined : { sizeBytes: stats.size, stagedAt: stats.mtime };
  }

  async discardStaged(key: StagedKey): Promise<void> {
    await this.#removeStagedFiles(this.#stagedPath(key));
  }

  async promote(staged: StagedBlob): Promise<BlobRef> {
    const digest = sha256OfStaged(staged);
    const from = this.#stagedPath(staged.key);
    const to = blobPath(this.#rootDir, digest);
    await this.#open();
    try {
      const stored = await this.statStaged(staged.key);
      if (stored !== undefined) await this.#verifyStaged(staged, stored.sizeBytes, digest);
      const isThere = await this.#touchExisting(to, staged.sizeBytes);
      if (!isThere && (await moveInto(from, to, this.#directories))) return { digest, sizeBytes: staged.sizeBytes };
      // Another promotion of this upload may have moved it between the two looks.
      if (!isThere && !(await this.#touchExisting(to, staged.sizeBytes))) throw stagedMissing();
      await unlessMissing(unlink(from));
      return { digest, sizeBytes: staged.sizeBytes };
    } catch (error) {
      throw storeErrorOf(error);
    }
  }

  async put(contents: Uint8Array): Promise<BlobRef> {
    const digest = sha256OfBytes(contents);
    const sizeBytes = contents.byteLength;
    if (await this.#touchExisting(blobPath(this.#rootDir, digest), sizeBytes)) return { digest, sizeBytes };
    return await this.promote(await this.stage(Readable.from([contents]), { maxBytes: sizeBytes }));
  }

  async open(digest: Digest, range?: ByteRange): Promise<Readable> {
    const stream = await readFileStream(blobPath(this.#rootDir, digest), range);
    if (stream === undefined) throw blobMissing();
    return stream;
  }

  async copyTo(target: Writable, digest: Digest, range?: ByteRange): Promise<void> {
    const path = blobPath(this.#rootDir, digest);
    if (!(await copyFileTo(target, path, range, this.#readBuffers))) throw blobMissing();
  }

  async stat(digest: Digest): Promise<BlobStat | undefined> {
    const stats = await unlessMissing(stat(blobPath(this.#rootDir, digest)));
    return stats === undefined ? undefined : { sizeBytes: stats.size, lastTouchedAt: stats.mtime };
  }

  async touch(digest: Digest): Promise<void> {
    if (!(await touchFile(blobPath(this.#rootDir, digest)))) throw blobMissing();
  }

  async delete(digest: Digest, condition?: { readonly untouchedSince: Date }): Promise<boolean> {
    const path = blobPath(this.#rootDir, digest);
    try {
      if (condition !== undefined) return await removeUntouched(this.#rootDir, path, condition.untouchedSince);
      return (await unlessMissing(unlink(path).then(() => true))) ?? false;
    } catch (error) {
      throw storeErrorOf(error);
    }
  }

  async *listStaged(filter: { readonly olderThan: Date }): AsyncGenerator<ListedUpload> {
    for await (const file of listFiles(this.#rootDir, 'staged', 1)) {
      const key = file.key.endsWith(partial) ? file.key.slice(0, -partial.length) : file.key;
      if (!isStagedKey(key) || file.modifiedAt >= filter.olderThan) continue;
      yield { key, stagedAt: file.modifiedAt, sizeBytes: file.sizeBytes };
    }
  }

  async *listBlobs(): AsyncGenerator<ListedBlob> {
    for await (const file of listFiles(this.#rootDir, 'blobs/sha256', 1)) {
      const digest = digestOfBlobKey(file.key);
      if (digest !== undefined) yield { digest, sizeBytes: file.sizeBytes, lastTouchedAt: file.modifiedAt };
    }
  }

  async health(): Promise<void> {
    await this.#open();
    await probeRoot(this.#rootDir);
  }

  /** Looks at the directory before the first write; a failure is not remembered, since it may be mended. */
  async #open(): Promise<void> {
    this.#opened ??= openRoot(this.#rootDir);
    try {
      await this.#opened;
    } catch (error) {
      this.#opened = undefined;
      throw error;
    }
  }

  async #touchExisting(path: string, sizeBytes: number): Promise<boolean> {
    const existing = await unlessMissing(stat(path));
    if (existing === undefined) return false;
    if (existing.size !== sizeBytes) throw storedBytesDiffer({ expectedBytes: sizeBytes, storedBytes: existing.size });
    if (!(await touchFile(path))) return false;
    // Whoever has just given it its name may not have come so far.
    await syncDirectory(dirname(path));
    return true;
  }

  async #verifyStaged(staged: StagedBlob, storedBytes: number, digest: Digest): Promise<void> {
    if (storedBytes !== staged.sizeBytes) {
      throw storedBytesDiffer({ expectedBytes: staged.sizeBytes, storedBytes });
    }
    if (!this.#verifyOnPromote) return;
    const contents = await readFileStream(this.#stagedPath(staged.key));
    if (contents !== undefined) await verifyContents(contents, digest);
  }

  async #removeStagedFiles(path: string): Promise<void> {
    if ((await unlessMissing(unlink(path).then(() => true))) === true) return;
    await unlessMissing(unlink(`${path}${partial}`));
  }

  #stagedPath(key: StagedKey): string {
    return join(this.#rootDir, parseStagedKey(key));
  }
}
