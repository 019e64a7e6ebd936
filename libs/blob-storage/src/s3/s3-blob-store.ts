import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import type { Digest } from '@waybill/domain';
import { DomainError } from '@waybill/domain';

import { blobMissing, stagedMissing, storedBytesDiffer, storeUnavailable } from '../blob-errors.js';
import { blobKeyOf } from '../blob-key.js';
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
import { copyObject, maxSingleCopyBytes } from './copy-object.js';
import { listIncomplete, removeIncomplete } from './incomplete-uploads.js';
import { S3Bucket } from './s3-bucket.js';
import type { StoredObject } from './s3-bucket.js';
import { s3ErrorCode, s3StoreError } from './s3-error.js';
import type { S3BlobStoreOptions } from './s3-options.js';
import { listWithMarks, removeTouchMark, statWithMark, writeTouchMark } from './touch-marks.js';
import { partBytesFor, uploadInParts } from './upload-parts.js';

const minPartBytes = 5 * 1024 ** 2;

/** Blobs as objects of one S3 bucket. The bucket needs no versioning; with it, deleted bytes stay as old versions. */
export class S3BlobStore implements BlobStore {
  readonly #bucket: S3Bucket;
  readonly #verifyOnPromote: boolean;
  readonly #partBytes: number;
  readonly #singleCopyBytes: number;

  constructor(options: S3BlobStoreOptions) {
    this.#bucket = new S3Bucket(options);
    this.#verifyOnPromote = options.verifyOnPromote ?? false;
    this.#partBytes = options.partBytes ?? 8 * 1024 ** 2;
    this.#singleCopyBytes = options.maxSingleCopyBytes ?? maxSingleCopyBytes;
    if (this.#partBytes < minPartBytes || this.#singleCopyBytes < minPartBytes) {
      throw new DomainError('internal', 'store.misconfigured', 'Parts of S3 uploads have at least 5 MiB.');
    }
  }

  async stage(source: Readable, options: StageOptions): Promise<StagedBlob> {
    const key = newStagedKey();
    const partBytes = partBytesFor(options.maxBytes, this.#partBytes);
    const received = await receiveUpload(source, options, async (measured) => {
      try {
        await this.#bucket.ensure();
        await uploadInParts(this.#bucket, key, measured, partBytes);
      } catch (error) {
        throw s3StoreError(error);
      }
    });
    return { key, ...received };
  }

  async openStaged(key: StagedKey, range?: ByteRange): Promise<Readable> {
    const stream = await this.#bucket.read(parseStagedKey(key), range);
    if (stream === undefined) throw stagedMissing();
    return stream;
  }

  async statStaged(key: StagedKey): Promise<{ sizeBytes: number; stagedAt: Date } | undefined> {
    const found = await this.#bucket.stat(parseStagedKey(key));
    return found && { sizeBytes: found.sizeBytes, stagedAt: found.modifiedAt };
  }

  async discardStaged(key: StagedKey): Promise<void> {
    await this.#bucket.remove(parseStagedKey(key));
    await removeIncomplete(this.#bucket, key);
  }

  async promote(staged: StagedBlob): Promise<BlobRef> {
    const digest = sha256OfStaged(staged);
    const from = parseStagedKey(staged.key);
    const stored = await this.#bucket.stat(from);
    if (stored !== undefined) await this.#verifyStaged(staged, stored, digest);
    if (!(await this.#touchExisting(digest, staged.sizeBytes))) {
      // Another promotion of this upload may have removed it between the two looks.
      const copied = stored !== undefined && (await this.#copy(stored, blobKeyOf(digest)));
      if (!copied && !(await this.#touchExisting(digest, staged.sizeBytes))) throw stagedMissing();
    }
    await this.#bucket.remove(from);
    return { digest, sizeBytes: staged.sizeBytes };
  }

  async put(contents: Uint8Array): Promise<BlobRef> {
    const digest = sha256OfBytes(contents);
    const sizeBytes = contents.byteLength;
    await this.#bucket.ensure();
    if (!(await this.#touchExisting(digest, sizeBytes))) {
      // A single PUT is atomic, so that it needs no staging.
      await this.#bucket.write(blobKeyOf(digest), Buffer.from(contents));
    }
    return { digest, sizeBytes };
  }

  async open(digest: Digest, range?: ByteRange): Promise<Readable> {
    const stream = await this.#bucket.read(blobKeyOf(digest), range);
    if (stream === undefined) throw blobMissing();
    return stream;
  }

  async copyTo(target: Writable, digest: Digest, range?: ByteRange): Promise<void> {
    await pipeline(await this.open(digest, range), target);
  }

  async stat(digest: Digest): Promise<BlobStat | undefined> {
    return await statWithMark(this.#bucket, digest);
  }

  async touch(digest: Digest): Promise<void> {
    if ((await this.#bucket.stat(blobKeyOf(digest))) === undefined) throw blobMissing();
    await writeTouchMark(this.#bucket, digest);
  }

  /** Between the look and the removal lies one request: with S3, `untouchedSince` narrows the race and does not close it. */
  async delete(digest: Digest, condition?: { readonly untouchedSince: Date }): Promise<boolean> {
    const key = blobKeyOf(digest);
    const found = await statWithMark(this.#bucket, digest);
    if (found === undefined) return false;
    // Its times have whole seconds: what was touched in the same second stays.
    if (condition !== undefined && found.lastTouchedAt.getTime() + 1000 > condition.untouchedSince.getTime())
      return false;
    await this.#bucket.remove(key);
    await removeTouchMark(this.#bucket, digest);
    return true;
  }

  async *listStaged(filter: { readonly olderThan: Date }): AsyncGenerator<ListedUpload> {
    if (!(await this.#bucket.check())) return;
    for await (const found of this.#bucket.list('staged/')) {
      if (!isStagedKey(found.key) || found.modifiedAt >= filter.olderThan) continue;
      yield { key: found.key, stagedAt: found.modifiedAt, sizeBytes: found.sizeBytes };
    }
    yield* listIncomplete(this.#bucket, filter.olderThan);
  }

  async *listBlobs(): AsyncGenerator<ListedBlob> {
    if (!(await this.#bucket.check())) return;
    yield* listWithMarks(this.#bucket);
  }

  async health(): Promise<void> {
    await this.#bucket.ensure();
    if (!(await this.#bucket.check())) throw storeUnavailable('store.bucket-missing', 'The bucket does not exist.');
  }

  /** False when the source is gone or was replaced since it was looked at. */
  async #copy(source: StoredObject, targetKey: string): Promise<boolean> {
    try {
      await copyObject(this.#bucket, source, targetKey, this.#singleCopyBytes);
      return true;
    } catch (error) {
      const cause = error instanceof DomainError ? error.cause : error;
      if (['NoSuchKey', 'NotFound', 'PreconditionFailed'].includes(s3ErrorCode(cause) ?? '')) return false;
      throw error;
    }
  }

  async #touchExisting(digest: Digest, sizeBytes: number): Promise<boolean> {
    const existing = await this.#bucket.stat(blobKeyOf(digest));
    if (existing === undefined) return false;
    if (existing.sizeBytes !== sizeBytes) {
      throw storedBytesDiffer({ expectedBytes: sizeBytes, storedBytes: existing.sizeBytes });
    }
    await writeTouchMark(this.#bucket, digest);
    return true;
  }

  async #verifyStaged(staged: StagedBlob, stored: StoredObject, digest: Digest): Promise<void> {
    if (stored.sizeBytes !== staged.sizeBytes) {
      throw storedBytesDiffer({ expectedBytes: staged.sizeBytes, storedBytes: stored.sizeBytes });
    }
    if (!this.#verifyOnPromote) return;
    const contents = await this.#bucket.read(staged.key);
    if (contents !== undefined) await verifyContents(contents, digest);
  }
}
