import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import type { UploadedBody } from '@waybill/edge';
import { describe, expect, it } from 'vitest';
import { assertBulkQuestion, countDependencies } from './audit.rules.js';
import { MemoryPool } from '../publish/document-memory.js';
import { bulkLimits, maxAuditBytes, readAuditBody, treeLimits } from './request-body.reader.js';

function upload(bytes: Buffer | string, contentEncoding?: string): UploadedBody {
  const open = () => Promise.resolve(Readable.from([Buffer.from(bytes)]));
  return { open, contentEncoding, mediaType: 'application/json' } as UploadedBody;
}

function read(bytes: Buffer | string, contentEncoding?: string, limits = bulkLimits): Promise<unknown> {
  const memory = new MemoryPool(64 * 1024 * 1024).claim();
  return readAuditBody(upload(bytes, contentEncoding), limits, memory);
}

describe('the body of an audit', () => {
  const question = { lodash: ['4.17.21'], '@acme/a': ['1.0.0', '2.0.0'] };
  const text = JSON.stringify(question);

  it.each(['gzip', 'GZIP', 'x-gzip'])('may be compressed: %s (1(f) 5)', async (encoding) => {
    expect(await read(gzipSync(text), encoding)).toEqual(question);
  });

  it.each([undefined, 'identity'])('may be plain: %s', async (encoding) => {
    expect(await read(text, encoding)).toEqual(question);
  });

  it('is refused when it is neither JSON nor complete nor of a known encoding', async () => {
    await expect(read('{')).rejects.toMatchObject({ kind: 'invalid' });
    await expect(read(text, 'gzip')).rejects.toMatchObject({ kind: 'invalid' });
    const cut = gzipSync(text.repeat(100)).subarray(0, -10);
    await expect(read(cut, 'gzip')).rejects.toMatchObject({ kind: 'invalid' });
    await expect(read(text, 'br')).rejects.toMatchObject({ kind: 'invalid' });
  });

  it('is refused when it unpacks to more than is read, however small it was sent (I3)', async () => {
    const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024, ' '));
    expect(bomb.length).toBeLessThan(maxAuditBytes);
    await expect(read(bomb, 'gzip')).rejects.toMatchObject({ kind: 'limit' });
    await expect(read(Buffer.alloc(maxAuditBytes + 1, ' '))).rejects.toMatchObject({ kind: 'limit' });
  });

  it('may ask for a large tree, compressed or not', async () => {
    const versions = ['1.0.0', '2.0.0'];
    const large = Object.fromEntries(
      Array.from({ length: 40_000 }, (_, index) => [`@acme/package-${index}`, versions]),
    );
    const asked = JSON.stringify(large);
    expect(await read(asked)).toEqual(large);
    expect(await read(gzipSync(asked), 'gzip')).toEqual(large);
  });

  it('may be dependencies of dependencies, hundreds deep', async () => {
    const depth = 499;
    const body = await read(`${'{"dependencies":{"a":'.repeat(depth)}{}${'}}'.repeat(depth)}`, undefined, treeLimits);
    expect(countDependencies(body)).toMatchObject({ totalDependencies: depth });
  });

  it.each([
    ['brackets', '['.repeat(2_097_151) + ']'.repeat(2_097_151)],
    ['objects', '{"a":'.repeat(500_000)],
    ['empty lists', `[${'[],'.repeat(1_000_000)}1]`],
    ['numbers', `{"a":[${'1,'.repeat(2_000_000)}1]}`],
  ])('is refused for too many of them, however small it was sent: %s (F1, I3)', async (_what, text) => {
    const bomb = gzipSync(text);
    expect(bomb.length).toBeLessThan(20_000);
    for (const limits of [bulkLimits, treeLimits]) {
      for (const [bytes, encoding] of [[bomb, 'gzip'] as const, [text, undefined] as const]) {
        const refused = { kind: 'limit', code: 'npm.audit-too-large' };
        await expect(read(bytes, encoding, limits)).rejects.toMatchObject(refused);
      }
    }
  });

  it('lets others have their turn while it is read (I3)', async () => {
    let turns = 0;
    const count = (): void => {
      turns += 1;
      immediate = setImmediate(count);
    };
    let immediate = setImmediate(count);
    const asked = `{"a":[${'"1",'.repeat(150_000)}"1"]}`;
    await Promise.all(Array.from({ length: 8 }, () => read(asked)));
    clearImmediate(immediate);
    // Some twenty thousand tokens at most between two of them.
    expect(turns).toBeGreaterThan((8 * 450_000) / 20_000);
  });

  it.each([
    ['a key twice', '{"a":["1.0.0"],"a":["2.0.0"]}'],
    ['__proto__', '{"__proto__":["1.0.0"]}'],
    ['__proto__ in escapes', '{"\\u005f_proto__":["1.0.0"]}'],
    ['no UTF-8', Buffer.from('{"\xff":["1.0.0"]}', 'latin1')],
    ['a second document', '{}{}'],
  ])('is refused with %s (F1, I4)', async (_what, body) => {
    await expect(read(body)).rejects.toMatchObject({ kind: 'invalid', code: 'npm.audit' });
    await expect(read(gzipSync(body), 'gzip')).rejects.toMatchObject({ kind: 'invalid', code: 'npm.audit' });
  });

  it('takes no more memory with others than all of them may, and gives it back (I3)', async () => {
    const pool = new MemoryPool(4 * 1024 * 1024);
    const asked = `{"a":[${'"1",'.repeat(50_000)}"1"]}`;
    const claims = [pool.claim(), pool.claim()];
    const readings = claims.map((claim) => readAuditBody(upload(asked), bulkLimits, claim));
    const outcomes = await Promise.allSettled(readings);
    expect(outcomes.map(({ status }) => status)).toContain('rejected');
    for (const claim of claims) claim.release();
    await expect(readAuditBody(upload(asked), bulkLimits, pool.claim())).resolves.toBeDefined();
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
