import type { Readable } from 'node:stream';
import { DomainError } from '@waybill/domain';
import type { Token } from 'stream-json/parser.js';
import { parser } from 'stream-json/parser.js';
import type { AttachmentEncoding } from './attachment-decoder.js';
import { AttachmentDecoder } from './attachment-decoder.js';
import { JsonAssembler } from './json-assembler.js';

const maxAttachments = 5;

export interface ReadPublishBody<Stored> {
  /** The document with each attachment's `data` left out. */
  readonly document: unknown;
  readonly attachments: ReadonlyMap<string, Stored>;
}

/**
 * Reads a publish document (`PUT /{pkg}`, protocol notes 1(b)) as a stream: attachments go straight to `store` as bytes,
 * whatever their place in the document, and only the metadata is held. What `store` already took is the caller's to
 * discard when this throws; `stored` tells. Errors: `invalid` `npm.document` | `npm.attachment-encoding`, `limit`.
 */
export async function readPublishBody<Stored>(
  body: Readable,
  store: (name: string, contents: Readable) => Promise<Stored>,
  stored: (value: Stored) => void,
): Promise<ReadPublishBody<Stored>> {
  const tokens = parser.asStream({ packValues: false, streamValues: true });
  body.once('error', (error) => tokens.destroy(error));
  body.pipe(tokens);
  const reading = new PublishBodyReading(store, stored);
  try {
    for await (const token of tokens as AsyncIterable<Token>) {
      const waiting = reading.consume(token);
      if (waiting !== undefined) await waiting;
    }
    return reading.finish();
  } catch (error) {
    await reading.abandon(error);
    if (error instanceof DomainError) throw error;
    throw new DomainError('invalid', 'npm.document', 'The body is not a complete JSON document.', { cause: error });
  } finally {
    body.unpipe(tokens);
    tokens.destroy();
  }
}

class PublishBodyReading<Stored> {
  readonly #assembler = new JsonAssembler();
  readonly #path: string[] = [];
  readonly #attachments = new Map<string, Stored>();
  readonly #store: (name: string, contents: Readable) => Promise<Stored>;
  readonly #stored: (value: Stored) => void;
  #current: { name: string; decoder: AttachmentDecoder; storing: Promise<Stored> } | undefined;

  constructor(store: (name: string, contents: Readable) => Promise<Stored>, stored: (value: Stored) => void) {
    this.#store = store;
    this.#stored = stored;
  }

  consume(token: Token): Promise<void> | undefined {
    if (this.#current !== undefined) return this.#consumeData(token);
    if (token.name === 'startString' && this.#atAttachmentData()) {
      this.#begin(this.#path[1] ?? '');
      return undefined;
    }
    this.#assembler.consume(token);
    this.#follow(token);
    return undefined;
  }

  finish(): ReadPublishBody<Stored> {
    return { document: this.#assembler.value, attachments: this.#attachments };
  }

  /** Ends what is being stored, so that it leaves nothing behind. */
  async abandon(reason: unknown): Promise<void> {
    if (this.#current === undefined) return;
    this.#current.decoder.output.destroy(reason instanceof Error ? reason : new Error('abandoned'));
    await this.#current.storing.then(this.#stored, () => undefined);
  }

  // `_attachments` → file name → `data`, and nowhere else.
  #atAttachmentData(): boolean {
    return (
      this.#assembler.depth === 3 &&
      this.#path[0] === '_attachments' &&
      this.#path.length === 2 &&
      this.#assembler.lastKey === 'data'
    );
  }

  #follow(token: Token): void {
    if (token.name === 'startObject' || token.name === 'startArray') {
      if (this.#assembler.depth > 1) this.#path.push(this.#assembler.lastKey ?? '');
    } else if (token.name === 'endObject' || token.name === 'endArray') {
      this.#path.pop();
    }
  }

  #begin(name: string): void {
    if (this.#attachments.size >= maxAttachments) {
      throw new DomainError('limit', 'npm.attachments', `A release has at most ${maxAttachments} attachments.`);
    }
    const encoding: AttachmentEncoding = name.endsWith('.sigstore') ? 'text' : 'base64';
    const decoder = new AttachmentDecoder(encoding);
    const storing = this.#store(name, decoder.output);
    storing.catch((error: unknown) => decoder.output.destroy(error instanceof Error ? error : undefined));
    decoder.output.on('error', () => undefined);
    this.#current = { name, decoder, storing };
  }

  #consumeData(token: Token): Promise<void> | undefined {
    const current = this.#current;
    if (current === undefined) return undefined;
    if (token.name === 'stringChunk')
      return current.decoder.output.destroyed ? this.#fail() : current.decoder.write(token.value);
    if (token.name === 'endString') return this.#end();
    return undefined;
  }

  async #end(): Promise<void> {
    const current = this.#current;
    if (current === undefined) return;
    await current.decoder.end();
    const value = await current.storing;
    this.#current = undefined;
    this.#stored(value);
    this.#attachments.set(current.name, value);
    // The document keeps the key, so that its shape stays what the client sent.
    this.#assembler.consume({ name: 'startString' });
    this.#assembler.consume({ name: 'endString' });
  }

  // The store stopped taking bytes: its own error is the answer.
  async #fail(): Promise<void> {
    await this.#current?.storing;
  }
}
