import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { DomainError } from '@waybill/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mutations, pieces } from '@waybill/testing';
import { parseNpmName } from '../names/npm-name.js';
import { readPublishBody } from './publish-body.reader.js';
import { parsePublishDocument } from './publish-document.schema.js';

const text = fc.string({ unit: 'grapheme', maxLength: 20 }).filter((one) => one !== '__proto__');
const json = fc
  .jsonValue({ maxDepth: 4, stringUnit: 'grapheme' })
  .filter((one) => !JSON.stringify(one).includes('__proto__'));
const tarball = fc.uint8Array({ maxLength: 3000 }).map((bytes) => Buffer.from(bytes));
const document = fc.record({
  before: fc.dictionary(text, json, { maxKeys: 3 }),
  after: fc.dictionary(text, json, { maxKeys: 3 }),
  attachments: fc.dictionary(
    text.map((name) => `${name}.tgz`),
    tarball,
    { maxKeys: 3 },
  ),
});
const sizes = fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 5 });

/** A store that knows what it took and what the reader said that it took. */
function remembering() {
  const taken: Buffer[] = [];
  const reported: Buffer[] = [];
  const store = async (_name: string, contents: Readable) => {
    const bytes = await buffer(contents);
    taken.push(bytes);
    return bytes;
  };
  return { taken, reported, store, stored: (bytes: Buffer) => reported.push(bytes) };
}

function bodyOf({ before, after, attachments }: typeof document extends fc.Arbitrary<infer Value> ? Value : never) {
  const described = Object.entries(attachments).map(([name, bytes]) => [name, { data: bytes.toString('base64') }]);
  return { ...before, _attachments: Object.fromEntries(described) as Record<string, { data: string }>, ...after };
}

describe('any publish document (I4)', () => {
  it('in any pieces is what JSON.parse reads, and its attachments are their bytes', async () => {
    await fc.assert(
      fc.asyncProperty(document, sizes, async (one, cuts) => {
        const body = bodyOf(one);
        fc.pre(!Object.hasOwn(one.after, '_attachments'));
        const bytes = Buffer.from(JSON.stringify(body));
        const { store, stored } = remembering();
        const read = await readPublishBody(Readable.from(pieces(bytes, cuts)), store, stored);
        const expected = JSON.parse(bytes.toString()) as typeof body;
        for (const attachment of Object.values(expected._attachments)) attachment.data = '';
        expect(read.document).toEqual(expected);
        expect(new Map(Object.entries(one.attachments))).toEqual(read.attachments);
      }),
      { numRuns: 150 },
    );
  });

  it('that was damaged is read or refused clearly, and nothing that was stored is forgotten', async () => {
    await fc.assert(
      fc.asyncProperty(document, mutations, sizes, async (one, mutate, cuts) => {
        const bytes = mutate(Buffer.from(JSON.stringify(bodyOf(one))));
        const { store, stored, taken, reported } = remembering();
        const reading = readPublishBody(Readable.from(pieces(bytes, cuts)), store, stored);
        const outcome = await reading.then(
          ({ document: read }) => ifInvalid(() => parsePublishDocument(parseNpmName('a'), read)),
          (error: unknown) => error,
        );
        expect(outcome === undefined || outcome instanceof DomainError).toBe(true);
        expect(reported).toEqual(taken);
      }),
      { numRuns: 200 },
    );
  });
});

function ifInvalid(work: () => unknown): unknown {
  try {
    work();
    return undefined;
  } catch (error) {
    return error;
  }
}
