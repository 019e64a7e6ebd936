import { randomBytes } from 'node:crypto';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGateway, type RunningGateway } from './running-gateway.js';
import { startToyService, type ToyService } from './toy-service.js';

let gateway: RunningGateway;
let toy: ToyService;
let blobUrl: string;
let etag: string;
const bytes = randomBytes(1000);
const modified = 'Fri, 02 Jan 2026 03:04:05 GMT';
const earlier = 'Thu, 01 Jan 2026 00:00:00 GMT';

beforeAll(async () => {
  gateway = await startGateway();
  toy = await startToyService(gateway.connection, gateway.store);
  const { digest } = await gateway.store.put(bytes);
  blobUrl = `/toy/blob/${digest}/1000`;
  etag = `"${digest}"`;
});

afterAll(async () => {
  await toy.stop();
  await gateway.stop();
});

async function get(path: string, headers: Record<string, string> = {}, method: 'GET' | 'HEAD' = 'GET') {
  const answer = await request(`${gateway.url}${path}`, { method, headers });
  return { status: answer.statusCode, headers: answer.headers, body: Buffer.from(await answer.body.arrayBuffer()) };
}

describe('downloads', () => {
  it('streams a blob with everything that describes it', async () => {
    const answer = await get(blobUrl, { 'accept-encoding': 'gzip' });
    expect(answer.body.equals(bytes)).toBe(true);
    expect(answer.headers).toMatchObject({
      'content-length': '1000',
      'content-type': 'application/octet-stream',
      etag,
      'last-modified': modified,
      'accept-ranges': 'bytes',
      'cache-control': 'public, max-age=31536000, immutable',
      vary: 'Authorization',
      'x-content-type-options': 'nosniff',
    });
    expect(answer.headers).not.toHaveProperty('content-encoding');
    expect(answer.headers['content-disposition']).toMatch(
      /^attachment; filename="p\?ckage\\"1\.0\.tgz"; filename\*=UTF-8''/,
    );
  });

  it.each<[string, Record<string, string>, number, [number, number] | undefined]>([
    ['the first bytes', { range: 'bytes=0-99' }, 206, [0, 100]],
    ['from the middle', { range: 'bytes=900-' }, 206, [900, 1000]],
    ['the last bytes', { range: 'bytes=-10' }, 206, [990, 1000]],
    ['beyond the end', { range: 'bytes=500-5000' }, 206, [500, 1000]],
    ['after the end', { range: 'bytes=1000-' }, 416, undefined],
    ['two parts that touch', { range: 'bytes=0-1,2-6' }, 206, [0, 7]],
    ['a header beyond all measure', { range: `bytes=${'0-1,'.repeat(300)}0-1` }, 200, [0, 1000]],
    ['another unit', { range: 'lines=0-1' }, 200, [0, 1000]],
    ['nonsense', { range: 'bytes=a-b' }, 200, [0, 1000]],
    ['a part of another version', { range: 'bytes=0-1', 'if-range': '"other"' }, 200, [0, 1000]],
    ['a part by date', { range: 'bytes=0-1', 'if-range': modified }, 206, [0, 2]],
    ['a part by an older date', { range: 'bytes=0-1', 'if-range': earlier }, 200, [0, 1000]],
    ['any, known', { 'if-none-match': '*' }, 304, undefined],
    ['another tag', { 'if-none-match': '"other"' }, 200, [0, 1000]],
    ['since then', { 'if-modified-since': modified }, 304, undefined],
    ['since earlier', { 'if-modified-since': earlier }, 200, [0, 1000]],
    ['another tag, since then', { 'if-none-match': '"other"', 'if-modified-since': modified }, 200, [0, 1000]],
    ['if it is another', { 'if-match': '"other"' }, 412, undefined],
    ['if it is any', { 'if-match': '*' }, 200, [0, 1000]],
    ['if unmodified since earlier', { 'if-unmodified-since': earlier }, 412, undefined],
    ['an unreadable date', { 'if-modified-since': 'yesterday' }, 200, [0, 1000]],
  ])('answers %s', async (_what, headers, status, slice) => {
    const answer = await get(blobUrl, headers);
    expect(answer.status).toBe(status);
    const expected = slice === undefined ? answer.body : bytes.subarray(...slice);
    expect(answer.body.equals(expected)).toBe(true);
    const head = await get(blobUrl, headers, 'HEAD');
    // Ranges are for GET alone: a HEAD describes the whole (RFC 9110, 14.2).
    const isRanged = status === 206 || status === 416;
    expect(head.status).toBe(isRanged ? 200 : status);
    expect(head.body).toHaveLength(0);
    expect(head.headers['content-length']).toBe(isRanged ? '1000' : answer.headers['content-length']);
  });

  it('knows its own tag, weakly and in a list', async () => {
    for (const known of [etag, `W/${etag}`, `"x", ${etag}`]) {
      const answer = await get(blobUrl, { 'if-none-match': known });
      expect(answer.status).toBe(304);
      expect(answer.headers).toMatchObject({ etag, vary: 'Authorization' });
      expect(answer.headers).toHaveProperty('cache-control');
      expect(answer.headers).not.toHaveProperty('content-length');
    }
    expect((await get(blobUrl, { range: 'bytes=0-1', 'if-range': etag })).status).toBe(206);
    expect((await get(blobUrl, { range: 'bytes=0-1', 'if-range': `W/${etag}` })).status).toBe(200);
    expect((await get(blobUrl, { 'if-match': `W/${etag}` })).status).toBe(412);
  });

  it('answers 500 for bytes that are named and not there, with nothing that a cache would keep', async () => {
    const missing = `/toy/blob/sha256:${'0'.repeat(64)}/1000`;
    const answer = await get(missing, { range: 'bytes=0-1' });
    expect(answer.status).toBe(500);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.headers).not.toHaveProperty('content-range');
    expect(JSON.parse(answer.body.toString())).toMatchObject({ code: 'store.blob-missing' });
  });

  it('says how much there is when a range cannot be had', async () => {
    const answer = await get(blobUrl, { range: 'bytes=5000-' });
    expect(answer.headers['content-range']).toBe('bytes */1000');
    expect(JSON.parse(answer.body.toString())).toMatchObject({ code: 'http.range-unsatisfiable' });
    expect(answer.headers).not.toHaveProperty('cache-control', expect.stringContaining('immutable'));
  });
});

describe('documents', () => {
  it.each([5000, 2_000_000])('compresses one of %i bytes for whom it may, each form with its tag', async (size) => {
    const path = `/toy/document/${String(size)}`;
    const plain = await get(path);
    expect(plain.headers).toMatchObject({
      etag: '"document-1"',
      vary: 'Accept-Encoding',
      'content-length': String(size),
    });
    const packed = await get(path, { 'accept-encoding': 'br, gzip' });
    expect(packed.headers).toMatchObject({ etag: '"document-1-gzip"', 'content-encoding': 'gzip' });
    const { gunzipSync } = await import('node:zlib');
    expect(gunzipSync(packed.body).equals(plain.body)).toBe(true);
    expect((await get(path, { 'accept-encoding': 'gzip;q=0' })).headers).not.toHaveProperty('content-encoding');
    const again = await get(path, { 'accept-encoding': 'gzip', 'if-none-match': '"document-1-gzip"' });
    expect(again).toMatchObject({ status: 304, headers: { etag: '"document-1-gzip"', 'cache-control': 'no-cache' } });
    expect((await get(path, { 'if-none-match': '"document-1"' })).status).toBe(304);
    expect(await gateway.stagedFiles()).toBe(0);
  });

  it('answers HEAD with the length of the document', async () => {
    const answer = await get('/toy/document/5000', {}, 'HEAD');
    expect(answer).toMatchObject({ status: 200, headers: { 'content-length': '5000', etag: '"document-1"' } });
  });

  it('frames the answer itself, whatever length a service claims, and adds the challenge', async () => {
    const answer = await get('/toy/forbidden');
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="toys"');
    expect(JSON.parse(answer.body.toString())).toEqual({ toyError: 'no' });
  });
});
