import { beforeAll, describe, expect, it } from 'vitest';
import { Registry, unique } from '../registry.js';
import { mustPublish } from './raw-publish.js';
import { tarballWith } from './tar.js';

const registry = new Registry();
const name = unique('@acme/meta');
const basename = name.slice('@acme/'.length);
const abbreviated = { accept: 'application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8, */*' };
const packageJson = {
  name,
  version: '1.0.0',
  description: 'told',
  bin: { m: 'cli.js' },
  os: ['linux'],
  unknownField: [1],
};

beforeAll(async () => {
  const tarball = tarballWith([
    { name: 'package/package.json', text: JSON.stringify(packageJson) },
    { name: 'package/cli.js', text: '#!/usr/bin/env node\n' },
  ]);
  await mustPublish(registry, { name, version: '1.0.0', tarball, manifest: packageJson });
});

describe('a packument through the gateway', () => {
  it('answers 304 to its own ETag and not to that of the other form (1(f) 8)', async () => {
    const full = await registry.get(`/npm/main/${name}`);
    const short = await registry.get(`/npm/main/${name}`, abbreviated);
    const tag = full.headers.get('etag') ?? '';
    expect((await registry.get(`/npm/main/${name}`, { 'if-none-match': tag })).status).toBe(304);
    expect((await registry.get(`/npm/main/${name}`, { ...abbreviated, 'if-none-match': tag })).status).toBe(200);
    expect(short.headers.get('content-type')).toContain('application/vnd.npm.install-v1+json');
    expect(full.headers.get('vary')).toContain('Accept');
    expect(short.headers.get('vary')).toContain('Accept');
    expect(await full.json()).toMatchObject({ versions: { '1.0.0': packageJson } });
    const { versions, ...rest } = (await short.json()) as { versions: Record<string, Record<string, unknown>> };
    expect(rest).toMatchObject({
      name,
      'dist-tags': { latest: '1.0.0' },
      time: { '1.0.0': expect.any(String) as string },
    });
    expect(versions['1.0.0']).toMatchObject({ bin: packageJson.bin, os: packageJson.os });
    expect(versions['1.0.0']).not.toHaveProperty('unknownField');
  });

  it('tells HEAD when it was changed', async () => {
    const response = await fetch(`${registry.url}/npm/main/${name}`, { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(Date.parse(response.headers.get('last-modified') ?? '')).toBeGreaterThan(Date.now() - 600_000);
  });

  it.each(['@acme/', '@acme%2f', '@acme%2F', '%40acme%2f'])('is found under %s', async (scope) => {
    const document = await registry.get(`/npm/main/${scope}${basename}`);
    expect(document.status).toBe(200);
    const tarball = await registry.get(`/npm/main/${scope}${basename}/-/${basename}-1.0.0.tgz`);
    expect(tarball.status).toBe(200);
    expect((await registry.get(`/npm/main/-/package/${scope}${basename}/dist-tags`)).status).toBe(200);
  });

  it('is found by version and tag', async () => {
    for (const version of ['1.0.0', 'latest']) {
      expect(await (await registry.get(`/npm/main/${name}/${version}`)).json()).toMatchObject({ version: '1.0.0' });
    }
  });
});

describe('a tarball through the gateway', () => {
  const path = `/npm/main/${name}/-/${basename}-1.0.0.tgz`;

  it('is served whole, in part, and not again', async () => {
    const whole = await registry.get(path);
    const bytes = Buffer.from(await whole.arrayBuffer());
    expect(whole.headers.get('content-length')).toBe(String(bytes.length));
    expect(whole.headers.get('cache-control')).toContain('immutable');
    expect(whole.headers.get('content-encoding')).toBeNull();
    const part = await registry.get(path, { range: 'bytes=2-5' });
    expect(part.status).toBe(206);
    expect(Buffer.from(await part.arrayBuffer())).toEqual(bytes.subarray(2, 6));
    const tag = whole.headers.get('etag') ?? '';
    expect((await registry.get(path, { 'if-none-match': tag })).status).toBe(304);
    expect((await registry.get(path, { range: 'bytes=999999-' })).status).toBe(416);
  });

  it('goes on where a download broke off, unless it is another one (RFC 9110 13.1.5)', async () => {
    const whole = await registry.get(path);
    const bytes = Buffer.from(await whole.arrayBuffer());
    const tag = whole.headers.get('etag') ?? '';
    const rest = await registry.get(path, { range: 'bytes=10-', 'if-range': tag });
    expect(rest.status).toBe(206);
    expect(rest.headers.get('content-range')).toBe(`bytes 10-${bytes.length - 1}/${bytes.length}`);
    expect(Buffer.from(await rest.arrayBuffer())).toEqual(bytes.subarray(10));
    const other = await registry.get(path, { range: 'bytes=10-', 'if-range': '"another"' });
    expect(other.status).toBe(200);
    expect(Buffer.from(await other.arrayBuffer())).toEqual(bytes);
  });

  it('answers HEAD with its length and nothing else', async () => {
    const length = (await (await registry.get(path)).arrayBuffer()).byteLength;
    const head = await fetch(`${registry.url}${path}`, { method: 'HEAD' });
    expect(head.status).toBe(200);
    expect(head.headers.get('content-length')).toBe(String(length));
    expect(head.headers.get('accept-ranges')).toBe('bytes');
    expect((await head.arrayBuffer()).byteLength).toBe(0);
  });
});

describe('what npm asks on the side', () => {
  it('is answered quickly, and in JSON', async () => {
    expect(await (await registry.get('/npm/main/-/ping')).json()).toEqual({});
    const missing = await registry.get(`/npm/main/${unique('npm')}`);
    expect(missing.status).toBe(404);
    expect(await missing.json()).toHaveProperty('error');
    expect((await registry.get('/npm/main/-/whoami')).status).toBe(401);
  });
});
