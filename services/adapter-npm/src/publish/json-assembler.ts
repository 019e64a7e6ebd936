import { DomainError } from '@waybill/domain';
import Assembler from 'stream-json/assembler.js';
import type { Token } from 'stream-json/parser.js';
import type { MemoryClaim } from './document-memory.js';

const maxDepth = 64;
const defaultMaxCharacters = 16 * 1024 * 1024;
const maxKeys = 500_000;
// An empty list has two characters, and takes fifty times as much memory.
const maxValues = 1_000_000;
const maxKeyCharacters = 4096;
/** What a value takes beside its characters, by estimate. */
const bytesPerValue = 64;

/**
 * Builds a JSON value from the parser's unpacked tokens within bounds, and refuses what makes two readers see two
 * documents: duplicate keys and `__proto__` (security.md I4).
 */
export class JsonAssembler {
  readonly #assembler = new Assembler();
  readonly #maxCharacters: number;
  readonly #memory: Pick<MemoryClaim, 'take'> | undefined;
  readonly #keysByLevel: Set<string>[] = [];
  #pending: string[] = [];
  #characters = 0;
  #keys = 0;
  #values = 0;

  /** The key that was read last at the innermost level; what follows is its value. */
  lastKey: string | undefined;

  constructor(maxCharacters = defaultMaxCharacters, memory?: Pick<MemoryClaim, 'take'>) {
    this.#maxCharacters = maxCharacters;
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
        if (this.depth > maxDepth) throw tooLarge(`is nested deeper than ${maxDepth} levels`);
        return token;
      case 'endObject':
      case 'endArray':
        this.#keysByLevel.pop();
        return token;
      case 'startString':
      case 'startNumber':
        this.#countValue();
        this.#pending = [];
        return undefined;
      case 'startKey':
        this.#pending = [];
        return undefined;
      case 'stringChunk':
      case 'numberChunk':
        this.#count(token.value);
        this.#pending.push(token.value);
        return undefined;
      case 'endKey':
        return { name: 'keyValue', value: this.#rememberKey(this.#pending.join('')) };
      case 'endString':
        return { name: 'stringValue', value: this.#pending.join('') };
      case 'endNumber':
        return { name: 'numberValue', value: this.#pending.join('') };
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

  #count(text: string): void {
    this.#characters += text.length;
    if (this.#characters > this.#maxCharacters) throw tooLarge('has too much metadata');
    this.#memory?.take(text.length);
  }

  #countValue(): void {
    this.#values += 1;
    if (this.#values > maxValues) throw tooLarge('has too many values');
    this.#memory?.take(bytesPerValue);
  }

  #rememberKey(key: string): string {
    this.#keys += 1;
    if (this.#keys > maxKeys || key.length > maxKeyCharacters) throw tooLarge('has too many or too long keys');
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

function tooLarge(what: string): DomainError {
  return new DomainError('limit', 'npm.document-too-large', `The document ${what}.`);
}
