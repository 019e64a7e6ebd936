import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import type { UploadedBody } from '@waybill/edge';
import { describe, expect, it } from 'vitest';
import { assertBulkQuestion, countDependencies } from './audit.rules.js';
import { maxAuditBytes, readAuditBody } from './request-body.reader.js';

function upload(bytes: Buffer | string, contentEncoding?: string): UploadedBody {
  const open = () => Promise.resolve(Readable.from([Buffer.from(bytes)]));
  return { open, contentEncoding, mediaType: 'application/json' } as UploadedBody;
}

describe('the body of an audit', () => {
  const question = { lodash: ['4.17.21'], '@acme/a': ['1.0.0', '2.0.0'] };
  const text = JSON.stringify(question);

  it.each(['gzip', 'GZIP', 'x-gzip'])('may be compressed: %s (1(f) 5)', async (encoding) => {
    expect(await readAuditBody(upload(gzipSync(text), encoding))).toEqual(question);
  });

  it.each([undefined, 'identity'])('may be plain: %s', async (encoding) => {
    expect(await readAuditBody(upload(text, encoding))).toEqual(question);
  });

  it('is refused when it is neither JSON nor complete nor of a known encoding', async () => {
    await expect(readAuditBody(upload('{'))).rejects.toMatchObject({ kind: 'invalid' });
    await expect(readAuditBody(upload(text, 'gzip'))).rejects.toMatchObject({ kind: 'invalid' });
    const cut = gzipSync(text.repeat(100)).subarray(0, -10);
    await expect(readAuditBody(upload(cut, 'gzip'))).rejects.toMatchObject({ kind: 'invalid' });
    await expect(readAuditBody(upload(text, 'br'))).rejects.toMatchObject({ kind: 'invalid' });
  });

  it('is refused when it unpacks to more than is read, however small it was sent (I3)', async () => {
    const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024, ' '));
    expect(bomb.length).toBeLessThan(maxAuditBytes);
    await expect(readAuditBody(upload(bomb, 'gzip'))).rejects.toMatchObject({ kind: 'limit' });
    await expect(readAuditBody(upload(Buffer.alloc(maxAuditBytes + 1, ' ')))).rejects.toMatchObject({ kind: 'limit' });
  });
});

describe('a question in bulk', () => {
  it.each([{}, { a: [] }, { a: ['1.0.0'] }])('is packages with versions: %j', (body) => {
    expect(() => assertBulkQuestion(body)).not.toThrow();
  });

  it.each([[[]], ['x'], [null], [{ a: '1.0.0' }], [{ a: [1] }]])('is nothing else: %j', (body) => {
    expect(() => assertBulkQuestion(body)).toThrow(/The body/);
  });
});

describe('the dependencies that are counted', () => {
  it('are all of the tree, each once', () => {
    const dependencies = {
      a: { version: '1.0.0', dependencies: { b: { version: '1.0.0' }, c: { version: '1.0.0', optional: true } } },
      d: { version: '1.0.0', dev: true, dependencies: { e: { version: '1.0.0', dev: true } } },
    };
    expect(countDependencies({ name: 'x', requires: {}, dependencies })).toEqual({
      dependencies: 2,
      devDependencies: 2,
      optionalDependencies: 1,
      totalDependencies: 5,
    });
    expect(countDependencies({})).toMatchObject({ totalDependencies: 0 });
  });

  it('may be nested deeper than a stack is', () => {
    const depth = 40_000;
    const body = JSON.parse(`${'{"dependencies":{"a":'.repeat(depth)}{}${'}}'.repeat(depth)}`) as unknown;
    expect(countDependencies(body)).toMatchObject({ totalDependencies: depth });
  });

  it.each([[null], [[]], [{ dependencies: [] }], [{ dependencies: { a: '1' } }]])('are no tree: %j', (body) => {
    expect(() => countDependencies(body)).toThrow(/The body/);
  });
});
