import type { Readable, Writable } from 'node:stream';

import type { Digest, DigestAlgorithm } from '@waybill/domain';

import type { StagedKey } from './staged-key.js';

/** A content-addressed blob: the sha256 of its bytes, and how many there are. */
export interface BlobRef {
  readonly digest: Digest;
  readonly sizeBytes: number;
}

/** An upload that is complete and stored, but that nothing refers to yet. */
export interface StagedBlob {
  readonly key: StagedKey;
  readonly sizeBytes: number;
  /** sha256 always; others when they were asked for. */
  readonly digests: Partial<Record<DigestAlgorithm, Digest>>;
}

/** What the sender announced; an upload that differs is refused with `upload.size-mismatch` or `upload.digest-mismatch`. */
export interface ExpectedContents {
  readonly sizeBytes?: number;
  readonly digest?: Digest;
}

/** What is computed and enforced while bytes pass. */
export interface ContentRules {
  /** More than this is refused with `upload.too-large`, as soon as the first byte too many arrives. */
  readonly maxBytes: number;
  readonly digests?: readonly DigestAlgorithm[];
  readonly expected?: ExpectedContents;
}

export interface StageOptions extends ContentRules {
  /** Ends the upload: with the signal's reason when that is a DomainError, else with `upload.aborted`. */
  readonly signal?: AbortSignal;
}

/** Offsets in bytes; `end` is inclusive (RFC 9110, 14.1.2) and may lie beyond the last byte. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

export interface BlobStat {
  readonly sizeBytes: number;
  /** When the bytes were last promoted, put or touched; S3 drops the fraction of the second. */
  readonly lastTouchedAt: Date;
}

export interface ListedBlob extends BlobStat {
  readonly digest: Digest;
}

export interface ListedUpload {
  readonly key: StagedKey;
  readonly stagedAt: Date;
  readonly sizeBytes: number;
}

/**
 * Where package bytes live. Uploads are staged under names of their own and become content-addressed by `promote`;
 * neither is ever visible half-written. Every method throws `DomainError`s: `unavailable` with a code `store.*` when the
 * store cannot do its work now, `invalid` for malformed keys, digests and ranges.
 *
 * A stream that was opened is the caller's to read or destroy; an error in its middle arrives as the stream's error.
 */
export interface BlobStore {
  /**
   * Streams a body into the store, hashing on the way. What is refused or broken off leaves nothing behind. The source
   * is not destroyed when the upload is refused, but left paused and unpiped: its owner still has to answer. What is staged
   * may be gone after a power cut; what is promoted is not.
   */
  stage(source: Readable, options: StageOptions): Promise<StagedBlob>;
  /** Throws `not-found`, `blob.staged-missing`. */
  openStaged(key: StagedKey, range?: ByteRange): Promise<Readable>;
  statStaged(key: StagedKey): Promise<{ sizeBytes: number; stagedAt: Date } | undefined>;
  /** Idempotent; removes an upload that was broken off by a crash as well. */
  discardStaged(key: StagedKey): Promise<void>;
  /**
   * Makes a staged upload content-addressed: atomic, idempotent, safe to run at the same time for the same bytes, and
   * touches what is already there. Throws `not-found` `blob.staged-missing`, or `internal` `blob.digest-mismatch` when
   * what is stored is not what was staged.
   */
  promote(staged: StagedBlob): Promise<BlobRef>;
  /** Stores contents that are small by contract, e.g. an index document. */
  put(contents: Uint8Array): Promise<BlobRef>;
  /** Throws `not-found` `blob.missing`, or `invalid` `blob.range-unsatisfiable`. */
  open(digest: Digest, range?: ByteRange): Promise<Readable>;
  /**
   * Writes the bytes into the target and ends it, as a pipeline from `open` does. Throws as `open` does while nothing was
   * written; what goes wrong later destroys the target, and what the target says of itself is thrown as it is. The target
   * must need a chunk no longer once its write has called back: a connection or a file, and no PassThrough.
   */
  copyTo(target: Writable, digest: Digest, range?: ByteRange): Promise<void>;
  stat(digest: Digest): Promise<BlobStat | undefined>;
  /** Keeps the blob from the collector for another grace period. Throws `not-found` `blob.missing`. */
  touch(digest: Digest): Promise<void>;
  /**
   * For the collector alone. With `untouchedSince`, a blob that was touched at that time or later stays.
   * Resolves to whether a blob was removed.
   */
  delete(digest: Digest, condition?: { readonly untouchedSince: Date }): Promise<boolean>;
  /** Uploads that began before `olderThan` and were neither promoted nor discarded. */
  listStaged(filter: { readonly olderThan: Date }): AsyncIterable<ListedUpload>;
  listBlobs(): AsyncIterable<ListedBlob>;
  /** Throws unless the store can be read and written now. */
  health(): Promise<void>;
}
