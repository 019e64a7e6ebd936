import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { DomainError } from '@waybill/domain';

/** `base64`: a tarball. `text`: a sigstore bundle, which npm sends as a JSON string without base64. */
export type AttachmentEncoding = 'base64' | 'text';

const batchCharacters = 64 * 1024;
const base64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** Turns the pieces of one JSON string into a byte stream, with backpressure; nothing but one batch is held. */
export class AttachmentDecoder {
  readonly output = new PassThrough({ highWaterMark: 256 * 1024 });
  readonly #encoding: AttachmentEncoding;
  #batch = '';
  #padded = false;

  constructor(encoding: AttachmentEncoding) {
    this.#encoding = encoding;
  }

  async write(piece: string): Promise<void> {
    this.#batch += piece;
    if (this.#batch.length < batchCharacters) return;
    const whole = this.#encoding === 'base64' ? this.#batch.length - (this.#batch.length % 4) : this.#batch.length;
    const ready = this.#batch.slice(0, whole);
    this.#batch = this.#batch.slice(whole);
    await this.#send(ready);
  }

  async end(): Promise<void> {
    await this.#send(this.#batch);
    this.output.end();
  }

  async #send(text: string): Promise<void> {
    if (text === '') return;
    const bytes = this.#encoding === 'base64' ? this.#decode(text) : Buffer.from(text, 'utf8');
    if (this.output.destroyed) return;
    if (!this.output.write(bytes)) await Promise.race([once(this.output, 'drain'), once(this.output, 'close')]);
  }

  #decode(text: string): Buffer {
    if (this.#padded || !base64.test(text)) {
      throw new DomainError('invalid', 'npm.attachment-encoding', 'The attachment is not valid base64.');
    }
    this.#padded = text.endsWith('=');
    return Buffer.from(text, 'base64');
  }
}
