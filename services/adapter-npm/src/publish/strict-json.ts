import { Readable } from 'node:stream';
import { DomainError } from '@waybill/domain';
import type { Token } from 'stream-json/parser.js';
import { parser } from 'stream-json/parser.js';
import { JsonAssembler } from './json-assembler.js';

/**
 * A JSON text that every reader reads alike: no key twice, no `__proto__`, bounded depth and size (security.md I4).
 * Errors: `invalid` `npm.document`, `limit` `npm.document-too-large`.
 */
export async function parseStrictJson(text: string): Promise<unknown> {
  const tokens = parser.asStream({ packValues: false, streamValues: true });
  const source = Readable.from([text]);
  source.pipe(tokens);
  const assembler = new JsonAssembler();
  try {
    for await (const token of tokens as AsyncIterable<Token>) assembler.consume(token);
    return assembler.value;
  } catch (error) {
    if (error instanceof DomainError) throw error;
    throw new DomainError('invalid', 'npm.document', 'That is not a JSON document.', { cause: error });
  } finally {
    source.unpipe(tokens);
    tokens.destroy();
  }
}
