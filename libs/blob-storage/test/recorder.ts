import { Writable } from 'node:stream';

/** Takes a copy of what is written when the write is done, as a connection does: bytes that change before are seen. */
export class Recorder extends Writable {
  readonly #chunks: Buffer[] = [];
  readonly #isSlow: boolean;

  constructor(isSlow = false) {
    super({ highWaterMark: 1 });
    this.#isSlow = isSlow;
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    const take = (): void => {
      this.#chunks.push(Buffer.from(chunk));
      done();
    };
    if (this.#isSlow) setImmediate(() => setImmediate(take));
    else take();
  }
}
