import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';

import { rangeUnsatisfiable } from '../blob-errors.js';
import type { ByteRange } from '../blob-store.js';
import { checkedRange } from '../byte-range.js';
import { storeErrorOf, unlessMissing } from './fs-error.js';
import type { ReadBuffers } from './read-buffers.js';

/**
 * Writes a file, or a part of it, into the target and ends that; resolves to whether there is such a file. One buffer is filled
 * while the other one is sent: memory that is new for each chunk costs more than all the rest of a large download.
 */
export async function copyFileTo(
  target: Writable,
  path: string,
  range: ByteRange | undefined,
  buffers: ReadBuffers,
): Promise<boolean> {
  const file = await unlessMissing(open(path));
  if (file === undefined) return false;
  try {
    const { size } = await asStoreError(file.stat());
    const { start, end } = range === undefined ? { start: 0, end: size - 1 } : checkedRange(range);
    if (range !== undefined && start >= size) throw rangeUnsatisfiable(size);
    await copy(file, target, { start, end: Math.min(end, size - 1) }, buffers);
  } finally {
    await file.close();
  }
  const ended = finished(target);
  target.end();
  await ended;
  return true;
}

/** `end` is inclusive, and below `start` where there is nothing. */
async function copy(
  file: FileHandle,
  target: Writable,
  { start, end }: ByteRange,
  buffers: ReadBuffers,
): Promise<void> {
  const pair = [buffers.take(end + 1 - start), buffers.take(end + 1 - start)] as const;
  const writes = new Writes(target);
  let sent = Promise.resolve();
  let position = start;
  try {
    for (let turn = 0; position <= end; turn += 1) {
      const buffer = pair[turn % 2 === 0 ? 0 : 1];
      const length = Math.min(buffer.length, end + 1 - position);
      const { bytesRead } = await asStoreError(file.read(buffer, 0, length, position));
      if (bytesRead === 0) throw storeErrorOf(new Error('The file is shorter than it was.'));
      position += bytesRead;
      await sent;
      sent = writes.write(buffer.subarray(0, bytesRead));
      // It is awaited in the next turn, which may fail before.
      sent.catch(() => undefined);
    }
    await sent;
  } catch (error) {
    // Not given back: the kernel may still be reading from one of them.
    if (writes.begun) target.destroy();
    throw error;
  } finally {
    writes.dispose();
  }
  for (const buffer of pair) buffers.giveBack(buffer);
}

/** Writes that end when their bytes were taken over, or when the target is closed before. */
class Writes {
  readonly #target: Writable;
  begun = false;
  #fail: (error: Error) => void = () => undefined;
  readonly #closed = (): void => {
    this.#fail(prematureClose());
  };

  constructor(target: Writable) {
    this.#target = target;
    target.once('close', this.#closed);
  }

  write(bytes: Buffer): Promise<void> {
    this.begun = true;
    return new Promise((resolve, reject) => {
      this.#fail = reject;
      if (this.#target.destroyed) reject(prematureClose());
      else
        this.#target.write(bytes, (error) => {
          if (error) reject(error);
          else resolve();
        });
    });
  }

  dispose(): void {
    this.#target.off('close', this.#closed);
  }
}

async function asStoreError<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw storeErrorOf(error);
  }
}

/** What `pipeline` says of it. */
function prematureClose(): Error {
  return Object.assign(new Error('Premature close'), { code: 'ERR_STREAM_PREMATURE_CLOSE' });
}
