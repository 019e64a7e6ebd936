import type { Readable } from 'node:stream';
import type { RandomAccessSource } from './archive-entry.js';
import type { BudgetMeter } from './budget-meter.js';
import { ByteReader } from './byte-reader.js';

const windowBytes = 64 * 1024;

/** Reads small pieces of an archive, a window at a time, so that a directory of many records costs few range reads. */
export class RangeWindow {
  readonly #source: RandomAccessSource;
  readonly #meter: BudgetMeter;
  #start = 0;
  #bytes: Buffer = Buffer.alloc(0);

  constructor(source: RandomAccessSource, meter: BudgetMeter) {
    this.#source = source;
    this.#meter = meter;
  }

  /** @throws DomainError `archive.truncated` when the archive is shorter */
  async read(position: number, length: number): Promise<Buffer> {
    const offset = position - this.#start;
    if (offset < 0 || offset + length > this.#bytes.length) {
      const end = Math.min(this.#source.size, position + Math.max(length, windowBytes));
      this.#bytes = await readRange(
        this.#source,
        { start: position, end: Math.max(end, position + length) },
        this.#meter,
      );
      this.#start = position;
      return this.#bytes.subarray(0, length);
    }
    return this.#bytes.subarray(offset, offset + length);
  }
}

async function readRange(
  source: RandomAccessSource,
  { start, end }: { start: number; end: number },
  meter: BudgetMeter,
): Promise<Buffer> {
  const stream: Readable = source.openRange(start, end);
  const reader = new ByteReader(stream, meter, () => {
    meter.check();
  });
  try {
    return await reader.exactly(end - start);
  } finally {
    reader.close();
  }
}
