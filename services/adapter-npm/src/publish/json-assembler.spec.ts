import { DomainError } from '@waybill/domain';
import type { Token } from 'stream-json/core/parser.js';
import { describe, expect, it } from 'vitest';
import { JsonAssembler } from './json-assembler.js';

describe('the values of a document', () => {
  it.each<[string, Token[]]>([
    ['empty lists', [{ name: 'startArray' }, { name: 'endArray' }]],
    ['empty objects', [{ name: 'startObject' }, { name: 'endObject' }]],
    ['nothing', [{ name: 'nullValue', value: null }]],
    ['empty texts', [{ name: 'startString' }, { name: 'endString' }]],
  ])('are refused before a list of %s fills the memory (I3)', (_what, tokens) => {
    const assembler = new JsonAssembler();
    assembler.consume({ name: 'startArray' });
    const addMany = (): void => {
      for (let count = 0; count < 1_000_000; count += 1) for (const token of tokens) assembler.consume(token);
    };
    expect(addMany).toThrow(new DomainError('limit', 'npm.document-too-large', 'The document has too many values.'));
  });
});
