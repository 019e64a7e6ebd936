import type { Readable } from 'node:stream';
import type { BlobStore } from '@waybill/blob-storage';
import type { BlobReplyOptions, EdgeReply } from '@waybill/edge';
import { isCompressible } from '../downloads/content-coding.js';
import { openNamed } from '../downloads/send-blob.js';
import type { CachedAnswer } from './cached-answer.js';
import { cachedAnswerOf } from './cached-answer.js';
import type { EdgeCache } from './edge-cache.js';

/** Blobs up to here are kept in memory while they are hot. */
const maxHotBlobBytes = 256 * 1024;

/** Makes answers that can be kept out of the replies of services, with the bytes that are worth holding. */
export class Filling {
  /** Bytes that are being read now. */
  private reading = 0;

  constructor(
    private readonly cache: Pick<EdgeCache, 'maxBodyBytes' | 'maxReadingBytes' | 'bytesOf' | 'storeBytes'>,
    private readonly store: BlobStore,
  ) {}

  /**
   * Undefined when the service did not say that its answer may be kept, or when it is too large: then the reply is sent as
   * any other. Errors: those of the store.
   */
  async answerFrom(reply: EdgeReply, requestId: string): Promise<CachedAnswer | undefined> {
    const { cache: hint, body } = reply;
    const isKept = hint !== undefined && (reply.status === 200 || reply.status === 404);
    if (!isKept || reply.headers['set-cookie'] !== undefined) return undefined;
    const keepable = { ...reply, cache: hint };
    switch (body.kind) {
      case 'inline':
        // A view into a message that is larger than the answer would hold all of it.
        return cachedAnswerOf(keepable, { bytes: Buffer.from(body.bytes), requestId });
      case 'staged': {
        const { key, sizeBytes } = body.staged;
        if (!this.mayHold(sizeBytes)) return undefined;
        try {
          const bytes = await this.allOf(() => this.store.openStaged(key), sizeBytes);
          return await cachedAnswerOf(keepable, { bytes, requestId });
        } finally {
          await this.store.discardStaged(key);
        }
      }
      case 'blob':
        return cachedAnswerOf(keepable, { bytes: await this.bytesOf(body.blob), requestId });
    }
  }

  /** Documents are held whole, with their answer; small blobs apart from it, by their digest; others stay in the store. */
  private async bytesOf(blob: BlobReplyOptions): Promise<Buffer | undefined> {
    const { digest, sizeBytes, mediaType } = blob;
    const open = (): Promise<Readable> => openNamed(blob, this.store, undefined);
    if (isCompressible({ contentType: mediaType, isEncoded: false }, sizeBytes) && this.mayHold(sizeBytes)) {
      return this.allOf(open, sizeBytes);
    }
    const isHot = sizeBytes <= Math.min(maxHotBlobBytes, this.cache.maxBodyBytes);
    if (isHot && this.cache.bytesOf(digest) === undefined) {
      this.cache.storeBytes(digest, await this.allOf(open, sizeBytes));
    }
    return undefined;
  }

  private mayHold(sizeBytes: number): boolean {
    return sizeBytes <= this.cache.maxBodyBytes && this.reading + sizeBytes <= this.cache.maxReadingBytes;
  }

  /** Errors: those of the stream, and when it is not as long as was said. */
  private async allOf(open: () => Promise<Readable>, sizeBytes: number): Promise<Buffer> {
    this.reading += sizeBytes;
    try {
      const whole = Buffer.allocUnsafeSlow(sizeBytes);
      let filled = 0;
      for await (const chunk of (await open()) as AsyncIterable<Buffer>) {
        if (filled + chunk.length > sizeBytes) throw new Error('A document is longer than its service says.');
        filled += chunk.copy(whole, filled);
      }
      if (filled !== sizeBytes) throw new Error('A document is shorter than its service says.');
      return whole;
    } finally {
      this.reading -= sizeBytes;
    }
  }
}
