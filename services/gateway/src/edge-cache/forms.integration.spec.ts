import { randomBytes } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { asking, knowsToy } from '../../test/asking.js';
import { startGateway, type RunningGateway } from '../../test/running-gateway.js';
import { startToyService, type ToyService } from '../../test/toy-service.js';
import { shelf } from '../../test/toy-shelf.js';

let gateway: RunningGateway;
let toy: ToyService;
const get = asking(() => gateway);

beforeAll(async () => {
  gateway = await startGateway();
  toy = await startToyService(gateway.connection, gateway.store);
  await knowsToy(gateway);
});

beforeEach(() => {
  shelf.clear();
  toy.seen.length = 0;
  gateway.cache.forgetAnswers();
});

afterAll(async () => {
  await toy.stop();
  await gateway.stop();
});

describe('an answer that is kept', () => {
  it('has a compressed form with a tag of its own, made once', async () => {
    shelf.set('bear', { text: 'a bear '.repeat(1000) });
    await get('/toy/shelf/bear');
    const plain = await get('/toy/shelf/bear');
    const coded = await get('/toy/shelf/bear', { 'accept-encoding': 'gzip' });
    expect(plain.headers).toMatchObject({ 'content-length': '7000', vary: 'Accept-Encoding' });
    expect(coded.headers).toMatchObject({
      'content-encoding': 'gzip',
      'content-length': String(coded.bytes.length),
      etag: String(plain.headers['etag']).replace(/"$/, '-gzip"'),
    });
    expect(gunzipSync(coded.bytes).toString()).toBe(plain.text);
    expect(toy.seen).toHaveLength(1);
  });

  it('answers HEAD and conditional requests from what GET left, in either form', async () => {
    shelf.set('bear', { text: 'a bear '.repeat(1000) });
    const { headers } = await get('/toy/shelf/bear');
    const head = await get('/toy/shelf/bear', {}, { method: 'HEAD' });
    expect(head).toMatchObject({ status: 200, text: '', cacheStatus: 'waybill; hit' });
    expect(head.headers['content-length']).toBe('7000');
    const etag = String(headers['etag']);
    const unchanged = await get('/toy/shelf/bear', { 'if-none-match': etag });
    expect(unchanged).toMatchObject({ status: 304, text: '', cacheStatus: 'waybill; hit' });
    expect(unchanged.headers).not.toHaveProperty('content-type');
    const codedTag = etag.replace(/"$/, '-gzip"');
    const coded = await get('/toy/shelf/bear', { 'if-none-match': codedTag, 'accept-encoding': 'gzip' });
    expect(coded).toMatchObject({ status: 304 });
    expect(coded.headers['etag']).toBe(codedTag);
    expect((await get('/toy/shelf/bear', { 'if-none-match': '"another"' })).status).toBe(200);
    expect(toy.seen).toHaveLength(1);
  });

  it('fills itself from a conditional request as well', async () => {
    shelf.set('bear', { text: 'a bear' });
    const { headers } = await get('/toy/shelf/bear');
    gateway.cache.forgetAnswers();
    expect((await get('/toy/shelf/bear', { 'if-none-match': String(headers['etag']) })).status).toBe(304);
    expect(await get('/toy/shelf/bear')).toMatchObject({ text: 'a bear', cacheStatus: 'waybill; hit' });
  });

  it('keeps small files in memory, and of large ones who has them', async () => {
    for (const size of [3000, 600_000]) {
      const bytes = randomBytes(size);
      const { digest } = await gateway.store.put(bytes);
      const name = `file-${String(size)}`;
      shelf.set(name, { blob: { digest, sizeBytes: size, mediaType: 'application/octet-stream' } });
      await get(`/toy/files-of/${name}`);
      const again = await get(`/toy/files-of/${name}`);
      expect(again.bytes.equals(bytes)).toBe(true);
      expect(again.cacheStatus).toBe('waybill; hit');
      const part = await get(`/toy/files-of/${name}`, { range: 'bytes=10-19' });
      expect(part.status).toBe(206);
      expect(part.bytes.equals(bytes.subarray(10, 20))).toBe(true);
      expect(part.headers['content-length']).toBe('10');
    }
    expect(toy.seen).toHaveLength(2);
  });

  it('serves a large document compressed, though its service names it by its digest', async () => {
    const text = JSON.stringify('a bear '.repeat(60_000));
    const { digest, sizeBytes } = await gateway.store.put(Buffer.from(text));
    shelf.set('bear', { blob: { digest, sizeBytes, mediaType: 'application/json' } });
    await get('/toy/shelf/bear');
    const coded = await get('/toy/shelf/bear', { 'accept-encoding': 'gzip' });
    expect(coded.headers).toMatchObject({ 'content-encoding': 'gzip', etag: '"blob-1-gzip"' });
    expect(gunzipSync(coded.bytes).toString()).toBe(text);
  });
});
