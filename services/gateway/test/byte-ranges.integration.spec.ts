import { randomBytes } from 'node:crypto';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { knowsToy } from './asking.js';
import { startGateway, type RunningGateway } from './running-gateway.js';
import { startToyService, type ToyService } from './toy-service.js';

let gateway: RunningGateway;
let toy: ToyService;
let url: string;
let digest: string;
const bytes = randomBytes(100_000);

beforeAll(async () => {
  gateway = await startGateway();
  toy = await startToyService(gateway.connection, gateway.store);
  digest = (await gateway.store.put(bytes)).digest;
  url = `${gateway.url}/toy/blob/${digest}/100000`;
  await knowsToy(gateway);
});

afterAll(async () => {
  await toy.stop();
  await gateway.stop();
});

async function get(range: string, more: Record<string, string> = {}, method: 'GET' | 'HEAD' = 'GET') {
  const answer = await request(url, { method, headers: { range, ...more } });
  return { status: answer.statusCode, headers: answer.headers, body: Buffer.from(await answer.body.arrayBuffer()) };
}

/** Reads the very bytes of RFC 2046, 5.1.1: every delimiter, every header field, every part, and nothing between. */
function partsOf(contentType: unknown, body: Buffer): { fields: string[]; bytes: Buffer }[] {
  const boundary = /^multipart\/byteranges; boundary=([0-9a-f]{36})$/.exec(String(contentType))?.[1] ?? '';
  const parts: { fields: string[]; bytes: Buffer }[] = [];
  let rest = Buffer.concat([Buffer.from('\r\n'), body]);
  const opening = Buffer.from(`\r\n--${boundary}\r\n`);
  while (rest.subarray(0, opening.length).equals(opening)) {
    const headEnd = rest.indexOf('\r\n\r\n');
    const fields = rest.subarray(opening.length, headEnd).toString('latin1').split('\r\n');
    const next = rest.indexOf(`\r\n--${boundary}`, headEnd + 4);
    parts.push({ fields, bytes: rest.subarray(headEnd + 4, next) });
    rest = rest.subarray(next);
  }
  expect(rest.toString('latin1')).toBe(`\r\n--${boundary}--\r\n`);
  return parts;
}

describe('several ranges in one request (RFC 9110, 14.6)', () => {
  it('are answered part by part, byte for byte, in the order asked for', async () => {
    const two = await get('bytes=90000-90099, 0-9');
    const type = 'content-type: application/octet-stream';
    expect(partsOf(two.headers['content-type'], two.body)).toEqual([
      { fields: [type, 'content-range: bytes 90000-90099/100000'], bytes: bytes.subarray(90_000, 90_100) },
      { fields: [type, 'content-range: bytes 0-9/100000'], bytes: bytes.subarray(0, 10) },
    ]);
    expect(two.status).toBe(206);
    expect(two.headers).not.toHaveProperty('content-range');
    expect(two.headers).toMatchObject({
      'content-length': String(two.body.length),
      etag: `"${digest}"`,
      'cache-control': 'public, max-age=31536000, immutable',
      'accept-ranges': 'bytes',
    });
  });

  it('that overlap are merged, so that no byte is sent twice', async () => {
    const overlapping = await get(`bytes=${Array.from({ length: 100 }, (_, index) => `${String(index)}-`).join(',')}`);
    expect(overlapping).toMatchObject({ status: 206, headers: { 'content-range': 'bytes 0-99999/100000' } });
    const mixed = await get('bytes=0-99,50-149,1000-1099');
    expect(partsOf(mixed.headers['content-type'], mixed.body).map((part) => part.bytes.length)).toEqual([150, 100]);
  });

  it('are as many as sixteen; more get the whole', async () => {
    const ranges = (count: number): string =>
      `bytes=${Array.from({ length: count }, (_, index) => `${String(index * 10)}-${String(index * 10)}`).join(',')}`;
    const sixteen = await get(ranges(16));
    expect(partsOf(sixteen.headers['content-type'], sixteen.body)).toHaveLength(16);
    const seventeen = await get(ranges(17));
    expect(seventeen.status).toBe(200);
    expect(seventeen.body.equals(bytes)).toBe(true);
  });

  it('that would cost more than the whole get the whole', async () => {
    expect(await get('bytes=0-49998,50000-')).toMatchObject({ status: 200, headers: { 'content-length': '100000' } });
  });

  it('beyond the end are left out, and unsatisfiable when none is left', async () => {
    expect(await get('bytes=0-9,100000-100010')).toMatchObject({
      status: 206,
      headers: { 'content-range': 'bytes 0-9/100000' },
    });
    expect(await get('bytes=100000-,200000-')).toMatchObject({
      status: 416,
      headers: { 'content-range': 'bytes */100000' },
    });
  });

  it('are given only for the version that If-Range names, and to GET alone', async () => {
    const range = 'bytes=0-9,100-109';
    expect((await get(range, { 'if-range': `"${digest}"` })).status).toBe(206);
    expect((await get(range, { 'if-range': '"another"' })).status).toBe(200);
    expect((await get(range, { 'if-none-match': `"${digest}"` })).status).toBe(304);
    expect(await get(range, {}, 'HEAD')).toMatchObject({ status: 200, headers: { 'content-length': '100000' } });
  });

  it('of bytes that are missing on our side are an error, and nothing that a cache would keep', async () => {
    const missing = `${gateway.url}/toy/blob/sha256:${'0'.repeat(64)}/100000`;
    const answer = await request(missing, { headers: { range: 'bytes=0-1,5-6' } });
    expect(await answer.body.json()).toMatchObject({ code: 'store.blob-missing' });
    expect(answer).toMatchObject({
      statusCode: 500,
      headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
    });
  });
});
