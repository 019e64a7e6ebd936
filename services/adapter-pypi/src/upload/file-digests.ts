import { createHash } from 'node:crypto';
import type { TransformCallback } from 'node:stream';
import { Transform } from 'node:stream';
import type { IHasher } from 'hash-wasm';
import { createBLAKE2b } from 'hash-wasm';

/** What PyPI computes of every file besides its sha256; lower-case hex. */
export interface FileDigests {
  readonly md5: string;
  readonly blake2b256: string;
}

/** Passes bytes on unchanged while it hashes them. Node's own BLAKE2b has 512 bits, and a cut one is another function. */
export class DigestingStream extends Transform {
  readonly #md5 = createHash('md5');
  readonly #blake2b: IHasher;

  private constructor(blake2b: IHasher) {
    super();
    this.#blake2b = blake2b;
  }

  static async create(): Promise<DigestingStream> {
    return new DigestingStream(await createBLAKE2b(256));
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#md5.update(chunk);
    this.#blake2b.update(chunk);
    done(null, chunk);
  }

  /** Once, after the stream has ended. */
  digests(): FileDigests {
    return { md5: this.#md5.digest('hex'), blake2b256: this.#blake2b.digest('hex') };
  }
}
