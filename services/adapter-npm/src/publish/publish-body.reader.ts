import type { Readable } from 'node:stream';
import { DomainError } from '@waybill/domain';
import type { Token } from 'stream-json/core/parser.js';
import type { AttachmentEncoding } from './attachment-decoder.js';
import { AttachmentDecoder } from './attachment-decoder.js';
import type { MemoryClaim } from './document-memory.js';
import { JsonAssembler, tooLarge } from './json-assembler.js';
import type { TokenReading } from './json-tokens.js';
import { readTokens } from './json-tokens.js';

const maxAttachments = 5;

export interface ReadPublishBody<Stored> {
  /** The document with each attachment's `data` left out. */
  readonly document: unknown;
  readonly attachments: ReadonlyMap<string, Stored>;
}

/** `PUT /-/pnpm/v1/publish`: `{"packages":[…]}`. */
export interface ReadPublishBatch<Stored> {
  readonly document: unknown;
  /** By the place of the publish document in `packages`. */
  readonly attachments: ReadonlyMap<number, ReadonlyMap<string, Stored>>;
}

type Store<Stored> = (name: string, contents: Readable) => Promise<Stored>;

/**
 * Reads a publish document (`PUT /{pkg}`, protocol notes 1(b)) as a stream: attachments go straight to `store` as bytes,
 * whatever their place in the document, and only the metadata is held. What `store` already took is the caller's to
 * discard when this throws; `stored` tells. Errors: `invalid` `npm.document` | `npm.attachment-encoding`, `limit`.
 */
export async function readPublishBody<Stored>(
  body: Readable,
  store: Store<Stored>,
  stored: (value: Stored) => void,
  memory?: MemoryClaim,
): Promise<ReadPublishBody<Stored>> {
  const { document, attachments } = await read(body, new PublishBodyReading(store, stored, oneDocument, memory));
  return { document, attachments: attachments.get(0) ?? new Map() };
}

/** The same for a batch of publish documents. */
export function readPublishBatch<Stored>(
  body: Readable,
  store: Store<Stored>,
  stored: (value: Stored) => void,
  memory?: MemoryClaim,
): Promise<ReadPublishBatch<Stored>> {
  return read(body, new PublishBodyReading(store, stored, batchShape, memory));
}

async function read<Stored>(body: Readable, reading: PublishBodyReading<Stored>): Promise<ReadPublishBatch<Stored>> {
  try {
    await readTokens(body, reading);
    return reading.finish();
  } catch (error) {
    await reading.abandon(error);
    if (error instanceof DomainError) throw error;
    throw new DomainError('invalid', 'npm.document', 'The body is not a complete JSON document.', { cause: error });
  } finally {
    body.destroy();
  }
}

/** Where publish documents are in a body, and how many there may be. */
interface BodyShape {
  /** How many levels there are around one. */
  readonly levels: 0 | 2;
  readonly maxDocuments: number;
  readonly maxMetadataCharacters?: number;
  /** Of everything beside the attachments: metadata, what it is written with, and whitespace. */
  readonly maxTextBytes: number;
}

const mebibyte = 1024 * 1024;
const oneDocument: BodyShape = { levels: 0, maxDocuments: 1, maxTextBytes: 32 * mebibyte };
const batchShape: BodyShape = {
  levels: 2,
  maxDocuments: 100,
  maxMetadataCharacters: 32 * mebibyte,
  maxTextBytes: 64 * mebibyte,
};

class PublishBodyReading<Stored> implements TokenReading {
  readonly #assembler: JsonAssembler;
  readonly #path: string[] = [];
  readonly #attachments = new Map<number, Map<string, Stored>>();
  readonly #store: Store<Stored>;
  readonly #stored: (value: Stored) => void;
  readonly #shape: BodyShape;
  #documents = 0;
  #textBytes = 0;
  #attachedBytes = 0;
  #beganInside = false;
  #current: { name: string; decoder: AttachmentDecoder; storing: Promise<Stored> } | undefined;

  constructor(store: Store<Stored>, stored: (value: Stored) => void, shape: BodyShape, memory?: MemoryClaim) {
    const { maxMetadataCharacters: maxCharacters } = shape;
    this.#assembler = new JsonAssembler(maxCharacters === undefined ? {} : { maxCharacters }, memory);
    this.#store = store;
    this.#stored = stored;
    this.#shape = shape;
  }

  consume(token: Token): Promise<void> | undefined {
    if (this.#current !== undefined) return this.#consumeData(token);
    if (token.name === 'startString' && this.#atAttachmentData()) {
      this.#begin(this.#path[this.#shape.levels + 1] ?? '');
      return undefined;
    }
    this.#assembler.consume(token);
    this.#follow(token);
    return undefined;
  }

  pieceBegins(): void {
    this.#beganInside = this.#current !== undefined;
    this.#attachedBytes = 0;
  }

  // A piece from the midst of an attachment is all of it attachment, also where its characters are escaped.
  pieceEnds(bytes: number): void {
    if (this.#beganInside && this.#current !== undefined) return;
    this.#textBytes += Math.max(0, bytes - this.#attachedBytes);
    if (this.#textBytes > this.#shape.maxTextBytes) throw tooLarge('has too much text beside its attachments');
  }

  finish(): ReadPublishBatch<Stored> {
    return { document: this.#assembler.value, attachments: this.#attachments };
  }

  /** Ends what is being stored, so that it leaves nothing behind. */
  async abandon(reason: unknown): Promise<void> {
    if (this.#current === undefined) return;
    this.#current.decoder.output.destroy(reason instanceof Error ? reason : new Error('abandoned'));
    await this.#current.storing.then(this.#stored, () => undefined);
  }

  // `_attachments` → file name → `data`, in a batch below `packages` → place, and nowhere else.
  #atAttachmentData(): boolean {
    const { levels } = this.#shape;
    return (
      this.#assembler.depth === levels + 3 &&
      this.#path.length === levels + 2 &&
      this.#path[levels] === '_attachments' &&
      this.#assembler.lastKey === 'data' &&
      (levels === 0 || this.#path[0] === 'packages')
    );
  }

  #follow(token: Token): void {
    if (token.name === 'startObject' || token.name === 'startArray') {
      if (this.#assembler.depth > 1) this.#path.push(this.#nameOfNext());
    } else if (token.name === 'endObject' || token.name === 'endArray') {
      this.#path.pop();
    }
  }

  // What is in an array has no key, but a place.
  #nameOfNext(): string {
    const isDocument = this.#shape.levels === 2 && this.#path.length === 1 && this.#path[0] === 'packages';
    if (!isDocument) return this.#assembler.lastKey ?? '';
    if (this.#documents >= this.#shape.maxDocuments) {
      throw new DomainError('limit', 'npm.batch', `A batch has at most ${this.#shape.maxDocuments} packages.`);
    }
    this.#documents += 1;
    return String(this.#documents - 1);
  }

  #attachmentsHere(): Map<string, Stored> {
    const place = Math.max(0, this.#documents - 1);
    const known = this.#attachments.get(place) ?? new Map<string, Stored>();
    this.#attachments.set(place, known);
    return known;
  }

  #begin(name: string): void {
    if (this.#attachmentsHere().size >= maxAttachments) {
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
    if (token.name === 'stringChunk') {
      this.#attachedBytes += token.value.length;
      return current.decoder.output.destroyed ? this.#fail() : current.decoder.write(token.value);
    }
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
    this.#attachmentsHere().set(current.name, value);
    // The document keeps the key, so that its shape stays what the client sent.
    this.#assembler.consume({ name: 'startString' });
    this.#assembler.consume({ name: 'endString' });
  }

  // The store stopped taking bytes: its own error is the answer.
  async #fail(): Promise<void> {
    await this.#current?.storing;
  }
}
