import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { DomainError } from '@waybill/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FormFields, ReadUploadForm, StoreContent } from './upload-form.reader.js';
import { readUploadForm } from './upload-form.reader.js';

type Part = readonly [name: string, value: string] | readonly [name: string, value: Buffer, filename: string];

const boundary = 'a-boundary-of-this-test';
const contentType = `multipart/form-data; boundary=${boundary}`;

function formOf(...parts: readonly Part[]): Buffer {
  const pieces = parts.flatMap(([name, value, filename]) => [
    `--${boundary}\r\nContent-Disposition: form-data; name="${name}"`,
    filename === undefined ? '' : `; filename="${filename}"\r\nContent-Type: application/octet-stream`,
    '\r\n\r\n',
    value,
    '\r\n',
  ]);
  return Buffer.concat([...pieces, `--${boundary}--\r\n`].map((piece) => Buffer.from(piece)));
}

interface Outcome {
  readonly read: ReadUploadForm<Buffer>;
  readonly stored: readonly Buffer[];
  readonly fieldsBefore: readonly string[];
}

async function read(bytes: Buffer, { type = contentType, chunk = 7 } = {}): Promise<Outcome> {
  const stored: Buffer[] = [];
  const fieldsBefore: string[] = [];
  const store: StoreContent<Buffer> = (_filename, content, fields: FormFields) => {
    fieldsBefore.push(...fields.keys());
    return buffer(content);
  };
  const outcome = await readUploadForm(Readable.from(cut(bytes, chunk)), type, store, (value) => stored.push(value));
  return { read: outcome, stored, fieldsBefore };
}

function* cut(bytes: Buffer, size: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const wheel = Buffer.from('PK\u0003\u0004 --a-boundary \r\n-- of a wheel');

describe('the form of an upload', () => {
  it('is read whatever order its parts come in, each field with all its values', async () => {
    const { read: form, fieldsBefore } = await read(
      formOf(
        [':action', 'file_upload'],
        ['classifiers', 'A'],
        ['content', wheel, 'foo-1.0-py3-none-any.whl'],
        ['classifiers', 'B'],
        ['sha256_digest', 'abc'],
      ),
    );
    expect(form.content?.filename).toBe('foo-1.0-py3-none-any.whl');
    expect(form.content?.stored.equals(wheel)).toBe(true);
    expect(Object.fromEntries(form.fields)).toEqual({
      ':action': ['file_upload'],
      classifiers: ['A', 'B'],
      sha256_digest: ['abc'],
    });
    expect(fieldsBefore).toEqual([':action', 'classifiers']);
  });

  it('gives back the bytes that went in, however the network cuts them', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), fc.integer({ min: 1, max: 50 }), async (bytes, chunk) => {
        const content = Buffer.from(bytes);
        if (content.includes(boundary)) return;
        const { stored } = await read(formOf(['name', 'foo'], ['content', content, 'a.whl']), { chunk });
        expect(stored).toEqual([content]);
      }),
      { numRuns: 100 },
    );
  });

  it('may have a signature of GPG, which nobody reads', async () => {
    const { read: form, stored } = await read(
      formOf(['content', wheel, 'a.whl'], ['gpg_signature', Buffer.from('-----BEGIN'), 'a.whl.asc'], ['name', 'foo']),
    );
    expect([...form.fields.keys()]).toEqual(['name']);
    expect(stored).toEqual([wheel]);
  });

  it('may lack its file: what is asked for decides whether that is an error', async () => {
    expect((await read(formOf([':action', 'submit']))).read.content).toBeUndefined();
  });

  it('keeps texts of other scripts, and the name of a file as it was sent', async () => {
    const { read: form } = await read(formOf(['author', 'Žofie 🐍'], ['content', wheel, '../../etc/passwd']));
    expect(form.fields.get('author')).toEqual(['Žofie 🐍']);
    expect(form.content?.filename).toBe('../../etc/passwd');
  });

  it.each([
    ['two files', formOf(['content', wheel, 'a.whl'], ['content', wheel, 'b.whl'])],
    ['a file of another name', formOf(['evil', wheel, 'a.whl'])],
    ['the file first, then one of another name', formOf(['content', wheel, 'a.whl'], ['evil', wheel, 'b.whl'])],
    ['too many signatures', formOf(...['a', 'b', 'c', 'd'].map((name) => ['gpg_signature', wheel, name] as const))],
    ['a field without a name', formOf(['', 'x'])],
    ['a field with an endless name', formOf(['x'.repeat(101), 'x'])],
    ['half a file', formOf(['content', wheel, 'a.whl']).subarray(0, 150)],
    ['half a field', formOf(['name', 'foo'], ['version', '1.0']).subarray(0, 100)],
    ['no form at all', Buffer.from('{"name":"foo"}')],
  ])('is refused with %s', async (_what, bytes) => {
    await expect(read(bytes)).rejects.toMatchObject({ kind: 'invalid', code: 'pypi.form' });
  });

  it.each(['application/json', 'multipart/form-data', 'multipart/mixed; boundary=a', 'multipart/form-data; a=b', ''])(
    'is refused where its type is %j',
    async (type) => {
      await expect(read(formOf(['name', 'foo']), { type })).rejects.toMatchObject({ code: 'pypi.form' });
    },
  );

  it.each([
    ['too many fields', formOf(...Array.from({ length: 4001 }, () => ['a', ''] as const))],
    ['one field that is too large', formOf(['description', 'x'.repeat(4 * 1024 * 1024 + 1)])],
    ['fields that are too large together', formOf(...['a', 'b', 'c'].map((n) => [n, 'x'.repeat(3_000_000)] as const))],
  ])('is refused with %s (I3)', async (_what, bytes) => {
    await expect(read(bytes, { chunk: 65_536 })).rejects.toMatchObject({ kind: 'limit', code: 'pypi.form-too-large' });
  });

  it('ends at once, with the word of the store, when the store takes no more', async () => {
    const refusal = new DomainError('limit', 'upload.too-large', 'Too large.');
    let sent = 0;
    const endless = Readable.from(
      (function* () {
        yield formOf(['content', wheel, 'a.whl']).subarray(0, 140);
        for (; sent < 1000; sent += 1) yield Buffer.alloc(65_536);
      })(),
    );
    const reading = readUploadForm(
      endless,
      contentType,
      () => Promise.reject(refusal),
      () => undefined,
    );
    await expect(reading).rejects.toBe(refusal);
    expect(sent).toBeLessThan(100);
  });

  it('tells what was stored also when the rest of it is refused, so that it can be discarded', async () => {
    const stored: Buffer[] = [];
    const bytes = formOf(['content', wheel, 'a.whl'], ['x'.repeat(101), 'x']);
    const reading = readUploadForm(
      Readable.from(cut(bytes, 64)),
      contentType,
      (_filename, content) => buffer(content),
      (value) => stored.push(value),
    );
    await expect(reading).rejects.toMatchObject({ code: 'pypi.form' });
    expect(stored).toEqual([wheel]);
  });
});
