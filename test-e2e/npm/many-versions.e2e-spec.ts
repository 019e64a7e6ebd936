import { beforeAll, describe, expect, it } from 'vitest';
import { Registry, unique } from '../registry.js';
import { mustPublish } from './raw-publish.js';
import { tarballWith } from './tar.js';

const registry = new Registry();
const name = unique('many');
const versions = Array.from({ length: 64 }, (_, index) => `1.${index}.0`);
const publishersAtOnce = 8;
const abbreviated = { accept: 'application/vnd.npm.install-v1+json' };

async function publish(version: string): Promise<void> {
  // Together more than a reply that travels in one message may have.
  const packageJson = { name, version, description: version.repeat(1500), dependencies: { [name]: '*' } };
  const tarball = tarballWith([{ name: 'package/package.json', text: JSON.stringify(packageJson) }]);
  await mustPublish(registry, { name, version, tarball, manifest: packageJson });
}

beforeAll(async () => {
  const waiting = [...versions];
  const work = async () => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) await publish(next);
  };
  await Promise.all(Array.from({ length: publishersAtOnce }, work));
});

describe('many versions of one package, published at the same time', () => {
  it('are all in both forms of the packument as soon as the last is acknowledged', async () => {
    for (const headers of [{}, abbreviated]) {
      const document = (await (await registry.get(`/npm/main/${name}`, headers)).json()) as {
        versions: object;
        time: object;
      };
      expect(Object.keys(document.versions).sort()).toEqual([...versions].sort());
      expect(Object.keys(document.time)).toEqual(expect.arrayContaining(versions));
    }
  });

  it('make a packument that is too large for a message: it has an ETag, a length and HEAD like any other', async () => {
    const full = await registry.get(`/npm/main/${name}`);
    const bytes = Buffer.from(await full.arrayBuffer());
    expect(bytes.length).toBeGreaterThan(256 * 1024);
    expect(full.headers.get('content-type')).toContain('application/json');
    expect(full.headers.get('vary')).toContain('Accept');
    const etag = full.headers.get('etag') ?? '';
    expect((await registry.get(`/npm/main/${name}`, { 'if-none-match': etag })).status).toBe(304);
    const short = await registry.get(`/npm/main/${name}`, { ...abbreviated, 'if-none-match': etag });
    expect(short.status).toBe(200);
    expect(short.headers.get('etag')).not.toBe(etag);
    await short.arrayBuffer();
    const head = await fetch(`${registry.registryUrl()}${name}`, { method: 'HEAD' });
    expect(head.status).toBe(200);
    expect(head.headers.get('etag')).toBe(etag);
    expect(Date.parse(head.headers.get('last-modified') ?? '')).toBeGreaterThan(Date.now() - 600_000);
  });
});
