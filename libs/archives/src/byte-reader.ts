import { Readable } from 'node:stream';
import { DomainError } from '@waybill/domain';
import { unreadable } from './archive-violation.js';
import type { BudgetMeter } from './budget-meter.js';

const noBytes = Buffer.alloc(0);

/**
 * Pulls bytes from a stream in the pieces that a parser asks for, and counts them. A failure is remembered: everything
 * after it fails in the same way.
 */
export class ByteReader {
  readonly #source: AsyncIterable<Uint8Array>;
  readonly #iterator: AsyncIterator<Uint8Array>;
  readonly #meter: BudgetMeter;
  readonly #count: (bytes: number) => void;
  #held: Buffer = noBytes;
  #ended = false;
  #failure: DomainError | undefined;
  #position = 0;

  constructor(source: AsyncIterable<Uint8Array>, meter: BudgetMeter, count: (bytes: number) => void) {
    this.#source = source;
    this.#iterator = source[Symbol.asyncIterator]();
    this.#meter = meter;
    this.#count = count;
  }

  /** Bytes handed out so far. */
  get position(): number {
    return this.#position;
  }

  /** The next bytes, at least one and at most `max`; undefined at the end. */
  async some(max: number): Promise<Buffer | undefined> {
    while (this.#held.length === 0) if (!(await this.#fill())) return undefined;
    const chunk = this.#held.subarray(0, max);
    this.#held = this.#held.subarray(chunk.length);
    this.#position += chunk.length;
    return chunk;
  }

  /** That many bytes, or fewer at the end. */
  async upTo(length: number): Promise<Buffer> {
    const first = await this.some(length);
    if (first === undefined) return noBytes;
    if (first.length === length) return first;
    const parts = [first];
    let missing = length - first.length;
    while (missing > 0) {
      const part = await this.some(missing);
      if (part === undefined) break;
      parts.push(part);
      missing -= part.length;
    }
    return Buffer.concat(parts);
  }

  /** @throws DomainError `archive.truncated` */
  async exactly(length: number): Promise<Buffer> {
    const bytes = length === 0 ? noBytes : await this.upTo(length);
    if (bytes.length < length) throw truncated();
    return bytes;
  }

  /** Gives back bytes that were handed out but belong to what comes next. */
  unread(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#held = this.#held.length === 0 ? bytes : Buffer.concat([bytes, this.#held]);
    this.#position -= bytes.length;
  }

  /** Lets go of the source, read to its end or not. */
  close(): void {
    if (this.#source instanceof Readable) this.#source.destroy();
    else void this.#iterator.return?.().catch(() => undefined);
  }

  async #fill(): Promise<boolean> {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#ended) return false;
    try {
      const next = await this.#meter.guard(this.#iterator.next());
      if (next.done === true) {
        this.#ended = true;
        return false;
      }
      const { buffer, byteOffset, byteLength } = next.value;
      this.#held = Buffer.from(buffer, byteOffset, byteLength);
      this.#count(this.#held.length);
      return true;
    } catch (thrown) {
      this.#failure = asDomainError(thrown);
      throw this.#failure;
    }
  }
}

const zeros = Buffer.alloc(65_536);

/** Of at most 65,536 bytes. */
export function allZero(bytes: Buffer): boolean {
  return bytes.equals(zeros.subarray(0, bytes.length));
}

export function truncated(path = ''): DomainError {
  return unreadable('truncated', path, 'The archive ends in the middle.');
}

function asDomainError(thrown: unknown): DomainError {
  if (thrown instanceof DomainError) return thrown;
  return new DomainError('unavailable', 'archive.source-failed', 'The archive could not be fetched.', {
    cause: thrown,
  });
}
