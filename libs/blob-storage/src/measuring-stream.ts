import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { Transform } from 'node:stream';
import type { TransformCallback } from 'node:stream';

import type { Digest, DigestAlgorithm } from '@waybill/domain';
import { digestAlgorithm, digestOf, DomainError, parseDigest } from '@waybill/domain';

import type { ContentRules, ExpectedContents } from './blob-store.js';

/**
 * Passes bytes on unchanged while it counts, bounds and hashes them, in one pass. Fails with `upload.too-large` (limit),
 * `upload.size-mismatch` or `upload.digest-mismatch` (invalid); mismatches that show only at the end fail before
 * the stream ends, so that a reader that got the end got the right bytes.
 */
export class MeasuringStream extends Transform {
  readonly #hashes: ReadonlyMap<DigestAlgorithm, Hash>;
  readonly #maxBytes: number;
  readonly #expected: ExpectedContents;
  #sizeBytes = 0;
  #digests: Partial<Record<DigestAlgorithm, Digest>> | undefined;

  constructor(rules: ContentRules) {
    super({ readableHighWaterMark: 512 * 1024, writableHighWaterMark: 512 * 1024 });
    if (!Number.isSafeInteger(rules.maxBytes) || rules.maxBytes < 0) {
      throw new DomainError('internal', 'upload.unbounded', 'An upload needs a bound in whole bytes.');
    }
    this.#maxBytes = rules.maxBytes;
    this.#expected = rules.expected ?? {};
    const algorithms = new Set<DigestAlgorithm>(['sha256', ...(rules.digests ?? [])]);
    if (rules.expected?.digest !== undefined) algorithms.add(digestAlgorithm(parseDigest(rules.expected.digest)));
    this.#hashes = new Map([...algorithms].map((algorithm) => [algorithm, createHash(algorithm)]));
    if ((rules.expected?.sizeBytes ?? 0) > rules.maxBytes) this.destroy(this.#tooLarge());
  }

  /** Bytes seen so far. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** Known once the stream has ended; throws `internal` before. */
  get digests(): Partial<Record<DigestAlgorithm, Digest>> {
    if (this.#digests === undefined)
      throw new DomainError('internal', 'upload.unfinished', 'The upload has not ended.');
    return this.#digests;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#sizeBytes += chunk.length;
    const excess = this.#excess();
    if (excess !== undefined) {
      done(excess);
      return;
    }
    for (const hash of this.#hashes.values()) hash.update(chunk);
    done(null, chunk);
  }

  override _flush(done: TransformCallback): void {
    const digests: Partial<Record<DigestAlgorithm, Digest>> = {};
    for (const [algorithm, hash] of this.#hashes) digests[algorithm] = digestOf(algorithm, hash.digest('hex'));
    const mismatch = this.#mismatch(digests);
    if (mismatch === undefined) this.#digests = digests;
    done(mismatch);
  }

  #excess(): DomainError | undefined {
    if (this.#sizeBytes > this.#maxBytes) return this.#tooLarge();
    return this.#sizeBytes > (this.#expected.sizeBytes ?? Infinity) ? this.#sizeMismatch() : undefined;
  }

  #mismatch(digests: Partial<Record<DigestAlgorithm, Digest>>): DomainError | undefined {
    const { sizeBytes, digest } = this.#expected;
    if (sizeBytes !== undefined && sizeBytes !== this.#sizeBytes) return this.#sizeMismatch();
    const actual = digest === undefined ? undefined : digests[digestAlgorithm(digest)];
    if (digest === actual) return undefined;
    return new DomainError(
      'invalid',
      'upload.digest-mismatch',
      'The uploaded bytes do not have the announced digest.',
      {
        details: { expected: digest, actual },
      },
    );
  }

  #tooLarge(): DomainError {
    return new DomainError('limit', 'upload.too-large', `The upload is larger than ${this.#maxBytes} bytes.`, {
      details: { maxBytes: this.#maxBytes },
    });
  }

  #sizeMismatch(): DomainError {
    return new DomainError('invalid', 'upload.size-mismatch', 'The upload does not have the announced size.', {
      details: { expectedBytes: this.#expected.sizeBytes, receivedBytes: this.#sizeBytes },
    });
  }
}
