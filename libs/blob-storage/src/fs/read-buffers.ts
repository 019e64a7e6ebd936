const chunkBytes = 256 * 1024;
const mostKept = 16;

/** Buffers that are used again by the next download; at most 4 MiB wait for one. */
export class ReadBuffers {
  readonly #free: Buffer[] = [];

  /** A buffer of 256 KiB, or just of what is needed where that is less. */
  take(neededBytes: number): Buffer {
    if (neededBytes < chunkBytes) return Buffer.allocUnsafe(Math.max(neededBytes, 0));
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(chunkBytes);
  }

  /** Only when nobody reads from it any more. */
  giveBack(buffer: Buffer): void {
    if (buffer.length === chunkBytes && this.#free.length < mostKept) this.#free.push(buffer);
  }
}
