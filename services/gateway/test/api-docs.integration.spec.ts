import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asking } from './asking.js';
import { type RunningGateway, startGateway } from './running-gateway.js';

let gateway: RunningGateway;
const ask = asking(() => gateway);

beforeAll(async () => {
  gateway = await startGateway();
});

afterAll(async () => {
  await gateway.stop();
});

describe('the reference of the management API', () => {
  it('is served as OpenAPI, packed or not, and again only when it has changed', async () => {
    const plain = await ask('/api/openapi.json');
    expect(plain).toMatchObject({ status: 200, headers: { 'content-type': 'application/json' } });
    expect(JSON.parse(plain.text)).toHaveProperty('openapi', '3.1.0');
    const packed = await ask('/api/openapi.json', { 'accept-encoding': 'gzip' });
    expect(packed.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'accept-encoding' });
    expect(gunzipSync(packed.bytes).toString()).toBe(plain.text);
    const again = await ask('/api/openapi.json', { 'if-none-match': String(plain.headers['etag']) });
    expect(again).toMatchObject({ status: 304, text: '' });
  });

  it('has a reading page whose every part is of this installation, which runs nothing else (W2)', async () => {
    const page = await ask('/api/docs');
    expect(page.status).toBe(200);
    const policy = String(page.headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    const parts = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, part]) => part ?? '');
    expect(parts).toHaveLength(5);
    for (const part of parts) expect(await ask(part)).toMatchObject({ status: 200 });
    expect(page.text).not.toMatch(/<script(?! src)|<style|style=|onload=/);
  });

  it('answers HEAD, and nothing beside its own addresses', async () => {
    const head = await ask('/api/docs/reader.js', {}, { method: 'HEAD' });
    expect(head).toMatchObject({
      status: 200,
      text: '',
      headers: { 'content-type': 'text/javascript; charset=utf-8' },
    });
    for (const other of ['/api/docs/', '/api/docs/swagger-ui.js', '/api/docs/package.json', '/api/docs/constructor']) {
      expect(await ask(other)).toMatchObject({ status: 404 });
    }
  });
});
