import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { once } from 'node:events';
import type { Readable } from 'node:stream';

import { rangeUnsatisfiable } from '../blob-errors.js';
import type { ByteRange } from '../blob-store.js';
import { checkedRange } from '../byte-range.js';
import { unlessMissing } from './fs-error.js';

const highWaterMark = 512 * 1024;

/** An open file as a stream, or undefined when there is none; the descriptor is held, so a later delete does no harm. */
export async function readFileStream(path: string, range?: ByteRange): Promise<Readable | undefined> {
  if (range !== undefined) {
    const { start } = checkedRange(range);
    const stats = await unlessMissing(stat(path));
    if (stats === undefined) return undefined;
    if (start >= stats.size) throw rangeUnsatisfiable(stats.size);
  }
  const stream = createReadStream(path, { highWaterMark, ...range });
  return await unlessMissing(once(stream, 'open').then(() => stream));
}
