import { DomainError } from '@waybill/domain';
import Assembler from 'stream-json/assembler.js';
import type { Token } from 'stream-json/core/parser.js';
import type { MemoryClaim } from './document-memory.js';

/** How much a document may have of what. */
export interface DocumentLimits {
  readonly maxDepth: number;
  /** Of keys, strings and numbers together. */
  readonly maxCharacters: number;
  readonly maxKeys: number;
  readonly maxValues: number;
}

const defaultLimits: DocumentLimits = {
  maxDepth: 64,
  maxCharacters: 16 * 1024 * 1024,
  maxKeys: 500_000,
  // An empty list has two characters, and takes fifty times as much memory.
  maxValues: 1_000_000,
};
const maxKeyCharacters = 4096;
/** What a value takes beside its characters, by estimate. */
const bytesPerValue = 64;
/** Pieces of a text that are joined at once: a list of millions, joined at the end, would hold the event loop. */
const piecesPerPart = 1024;

/**
 * Builds a JSON value from the parser's unpacked tokens within bounds, and refuses what makes two readers see two
 * documents: duplicate keys and `__proto__` (security.md I4).
 */
export class JsonAssembler {
  readonly #assembler = new Assembler();
  readonly #limits: DocumentLimits;
  readonly #memory: Pick<MemoryClaim, 'take'> | undefined;
  readonly #keysByLevel: Set<string>[] = [];
  #parts: string[] = [];
  #pieces: string[] = [];
  #characters = 0;
  #keys = 0;
  #values = 0;

  /** The key that was read last at the innermost level; what follows is its value. */
  lastKey: string | undefined;

  constructor(limits: Partial<DocumentLimits> = {}, memory?: Pick<MemoryClaim, 'take'>) {
    this.#limits = { ...defaultLimits, ...limits };
    this.#memory = memory;
  }

  get depth(): number {
    return this.#keysByLevel.length;
  }

  get value(): unknown {
    return this.#assembler.current;
  }

  consume(token: Token): void {
    const passedOn = this.#pack(token);
    if (passedOn !== undefined) this.#assembler.consume(passedOn);
  }

  // Keys, strings and numbers arrive in pieces, and are passed on whole.
  #pack(token: Token): Token | undefined {
    switch (token.name) {
      case 'startObject':
      case 'startArray':
        this.#countValue();
        this.#keysByLevel.push(new Set());
        if (this.depth > this.#limits.maxDepth) {
          throw tooLarge(`is nested deeper than ${this.#limits.maxDepth} levels`);
        }
        return token;
      case 'endObject':
      case 'endArray':
        this.#keysByLevel.pop();
        return token;
      case 'startString':
      case 'startNumber':
        this.#countValue();
        return undefined;
      case 'startKey':
        return undefined;
      case 'stringChunk':
      case 'numberChunk':
        this.#count(token.value);
        this.#keep(token.value);
        return undefined;
      case 'endKey':
        return { name: 'keyValue', value: this.#rememberKey(this.#whole()) };
      case 'endString':
        return { name: 'stringValue', value: this.#whole() };
      case 'endNumber':
        return { name: 'numberValue', value: this.#whole() };
      case 'nullValue':
      case 'trueValue':
      case 'falseValue':
        this.#countValue();
        return token;
      case 'keyValue':
      case 'stringValue':
      case 'numberValue':
      case 'whitespace':
        return token;
    }
  }

  #keep(piece: string): void {
    this.#pieces.push(piece);
    if (this.#pieces.length < piecesPerPart) return;
    this.#parts.push(this.#pieces.join(''));
    this.#pieces = [];
  }

  #whole(): string {
    const [only = ''] = this.#pieces;
    const text =
      this.#parts.length === 0 && this.#pieces.length <= 1 ? only : this.#parts.join('') + this.#pieces.join('');
    this.#parts = [];
    this.#pieces = [];
    return text;
  }

  #count(text: string): void {
    this.#characters += text.length;
    if (this.#characters > this.#limits.maxCharacters) throw tooLarge('has too much metadata');
    this.#memory?.take(text.length);
  }

  #countValue(): void {
    this.#values += 1;
    if (this.#values > this.#limits.maxValues) throw tooLarge('has too many values');
    this.#memory?.take(bytesPerValue);
  }

  #rememberKey(key: string): string {
    this.#keys += 1;
    if (this.#keys > this.#limits.maxKeys || key.length > maxKeyCharacters)
      throw tooLarge('has too many or too long keys');
    const keys = this.#keysByLevel.at(-1);
    if (key === '__proto__' || keys?.has(key)) {
      const shown = JSON.stringify(key.slice(0, 100));
      throw new DomainError('invalid', 'npm.document', `The document has a key that cannot be accepted: ${shown}.`);
    }
    keys?.add(key);
    this.lastKey = key;
    return key;
  }
}

/** `limit` `npm.document-too-large`. */
export function tooLarge(what: string): DomainError {
  return new DomainError('limit', 'npm.document-too-large', `The document ${what}.`);
}
