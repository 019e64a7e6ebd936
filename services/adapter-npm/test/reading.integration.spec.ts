import {
  packageAggregate,
  releaseHeld,
  releasePublished,
  repositoryChanged,
  repositoryCreated,
  tagMoved,
  tagRemoved,
} from '@waybill/contracts';
import { driftOf } from '@waybill/persistence';
import { eventually } from '@waybill/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memberOf, person } from './principals.js';
import type { RunningAdapter } from './running-adapter.js';
import { externalUrl, startAdapter } from './running-adapter.js';

const abbreviated = { accept: 'application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8, */*' };
let adapter: RunningAdapter;

beforeAll(async () => {
  adapter = await startAdapter();
  for (const repository of Object.values(adapter.repositories)) {
    await adapter.emit(repositoryCreated, { aggregate: repository.repositoryId, version: 1, data: repository });
  }
});

afterAll(async () => {
  await adapter.stop();
});

async function publish(
  manifest: { name: string; version: string; [field: string]: unknown },
  version = 2,
  visibility: 'public' | 'private' | 'internal' = 'public',
  tags: string[] = ['latest'],
) {
  const release = await adapter.release(adapter.repositories[visibility], manifest, { tags });
  const aggregate = packageAggregate(release.repository.repositoryId, release.packagePurl);
  await adapter.emit(releasePublished, { aggregate, version, data: release });
  const caller = memberOf(release.repository);
  const target = `/npm/${release.repository.slug}/${manifest.name}/${manifest.version}`;
  await eventually(async () => expect((await adapter.call(target, { principal: caller })).status).toBe(200));
  return { release, aggregate };
}

describe('a packument', () => {
  it('comes full or abbreviated, each with its own ETag, and says that it varies (1(f) 8)', async () => {
    await publish({ name: 'forms', version: '1.0.0', description: 'x', dependencies: { a: '1' } });
    const full = await adapter.call('/npm/main/forms');
    const short = await adapter.call('/npm/main/forms', { headers: abbreviated });
    expect(full.headers['content-type']).toBe('application/json');
    expect(short.headers['content-type']).toBe('application/vnd.npm.install-v1+json');
    expect(full.json()).toMatchObject({ _id: 'forms', description: 'x', 'dist-tags': { latest: '1.0.0' } });
    expect(short.json()).not.toHaveProperty('_id');
    for (const answer of [full, short]) {
      expect(answer.headers['etag']).toMatch(/^"[\w-]+"$/);
      expect(answer.headers['vary']).toBe('Accept, Accept-Encoding');
      expect(answer.headers['cache-control']).toBe('public, no-cache');
      expect(answer.json()).toHaveProperty('time');
    }
    expect(full.headers['etag']).not.toBe(short.headers['etag']);
  });

  it('answers HEAD with a Last-Modified that is not before the last change', async () => {
    const { release } = await publish({ name: 'headed', version: '1.0.0' });
    const head = await adapter.call('/npm/main/headed', { method: 'HEAD' });
    expect(head.status).toBe(200);
    expect(head.bytes).toHaveLength(0);
    const modified = Date.parse(String(head.headers['last-modified']));
    expect(modified).toBeGreaterThanOrEqual(Date.parse(release.settledAt ?? ''));
  });

  it('is the same under every spelling of a scoped name (I5)', async () => {
    await publish({ name: '@acme/spelled', version: '1.0.0' });
    const answers = await Promise.all(
      ['@acme/spelled', '@acme%2fspelled', '@acme%2Fspelled', '%40acme%2fspelled'].map((name) =>
        adapter.call(`/npm/main/${name}`),
      ),
    );
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 200]);
    expect(new Set(answers.map((answer) => answer.headers['etag'])).size).toBe(1);
  });

  it('goes by reference when it is large', async () => {
    await publish({ name: 'large', version: '1.0.0', big: 'x'.repeat(300_000) });
    const answer = await adapter.call('/npm/main/large');
    expect(answer.json()).toMatchObject({ name: 'large' });
    expect(answer.headers['etag']).toMatch(/^"[\w-]+"$/);
    expect(answer.headers['vary']).toContain('Accept');
  });

  it('follows the address of the installation', async () => {
    await publish({ name: 'moved', version: '1.0.0' });
    const tarball = async (url: string) => {
      const document = (await adapter.call('/npm/main/moved', { externalUrl: url })).json();
      return (document['versions'] as Record<string, { dist: { tarball: string } }>)['1.0.0']?.dist.tarball;
    };
    expect(await tarball(externalUrl)).toBe(`${externalUrl}/npm/main/moved/-/moved-1.0.0.tgz`);
    expect(await tarball('https://elsewhere.example')).toBe(
      'https://elsewhere.example/npm/main/moved/-/moved-1.0.0.tgz',
    );
  });

  it('of a package that does not exist is npm’s 404', async () => {
    const answer = await adapter.call('/npm/main/nothing-here');
    expect(answer.status).toBe(404);
    expect(answer.json()).toMatchObject({ error: 'nothing-here was not found.' });
    expect((await adapter.call('/npm/main/Not%20A%20Name')).status).toBe(400);
  });
});

describe('one version', () => {
  it('is found by version and by tag, and not found otherwise', async () => {
    await publish({ name: 'versions', version: '1.0.0' }, 2);
    await publish({ name: 'versions', version: '2.0.0-rc.1' }, 3, 'public', ['next']);
    expect((await adapter.call('/npm/main/versions/latest')).json()).toMatchObject({ version: '1.0.0' });
    expect((await adapter.call('/npm/main/versions/next')).json()).toMatchObject({ _id: 'versions@2.0.0-rc.1' });
    expect((await adapter.call('/npm/main/versions/1.0.0')).json()).toMatchObject({ version: '1.0.0' });
    expect((await adapter.call('/npm/main/versions/9.9.9')).status).toBe(404);
    expect((await adapter.call('/npm/main/versions/__proto__')).status).toBe(404);
  });
});

describe('a tarball', () => {
  it('is served at its conventional address, byte for byte', async () => {
    const { release } = await publish({ name: '@acme/bytes', version: '1.2.3' });
    const [artifact] = release.artifacts;
    for (const target of ['/npm/main/@acme/bytes/-/bytes-1.2.3.tgz', '/npm/main/@acme%2fbytes/-/bytes-1.2.3.tgz']) {
      const answer = await adapter.call(target);
      expect(answer.status).toBe(200);
      expect(answer.bytes).toHaveLength(artifact?.sizeBytes ?? 0);
      expect(answer.headers['content-type']).toBe('application/octet-stream');
    }
  });

  it.each(['bytes-9.9.9.tgz', 'other-1.2.3.tgz', 'bytes-1.2.3.tar', 'bytes-v1.2.3.tgz', '..%2fsecret.tgz'])(
    'is not served as %s',
    async (file) => {
      expect((await adapter.call(`/npm/main/@acme/bytes/-/${file}`)).status).toBeGreaterThanOrEqual(400);
    },
  );
});

describe('who may read (A6, A9)', () => {
  it('a private package: nobody without a grant, and it is as if it did not exist', async () => {
    await publish({ name: 'hidden', version: '1.0.0' }, 2, 'private');
    const { private: secret } = adapter.repositories;
    for (const name of ['hidden', 'never-published']) {
      for (const path of [name, `${name}/-/${name}-1.0.0.tgz`, `-/package/${name}/dist-tags`, `${name}/latest`]) {
        expect((await adapter.call(`/npm/secret/${path}`)).status).toBe(401);
        expect((await adapter.call(`/npm/secret/${path}`, { principal: person() })).status).toBe(404);
      }
    }
    const seen = await adapter.call('/npm/secret/hidden', { principal: memberOf(secret) });
    expect(seen.status).toBe(200);
    expect(seen.headers['cache-control']).toBe('private, no-cache');
    expect(seen.headers['vary']).toContain('Authorization');
  });

  it('an unknown repository is answered like a private one', async () => {
    expect((await adapter.call('/npm/unknown/x')).status).toBe(401);
    expect((await adapter.call('/npm/unknown/x', { principal: person() })).status).toBe(404);
  });

  it('an internal package: whoever is signed in', async () => {
    await publish({ name: 'inside', version: '1.0.0' }, 2, 'internal');
    expect((await adapter.call('/npm/internal/inside')).status).toBe(401);
    expect((await adapter.call('/npm/internal/inside', { principal: person() })).status).toBe(200);
  });

  it('a repository that becomes private is private from then on', async () => {
    const repository = { ...adapter.repositories.public, repositoryId: crypto.randomUUID() as never, slug: 'closing' };
    await adapter.emit(repositoryCreated, { aggregate: repository.repositoryId, version: 1, data: repository });
    await eventually(async () => expect((await adapter.call('/npm/closing/x')).status).toBe(404));
    await adapter.emit(repositoryChanged, {
      aggregate: repository.repositoryId,
      version: 2,
      data: { ...repository, visibility: 'private' },
    });
    await eventually(async () => expect((await adapter.call('/npm/closing/x')).status).toBe(401));
    await adapter.emit(repositoryChanged, { aggregate: repository.repositoryId, version: 1, data: repository });
    await publish({ name: 'after-closing', version: '1.0.0' });
    expect((await adapter.call('/npm/closing/x')).status).toBe(401);
  });
});

describe('events', () => {
  it('that are older than what is known change nothing, whatever their order', async () => {
    const { release, aggregate } = await publish({ name: 'ordered', version: '1.0.0' }, 2);
    await publish({ name: 'ordered', version: '1.1.0' }, 5, 'public', []);
    const tag = { repository: release.repository, packagePurl: release.packagePurl, tag: 'beta', movedBy: 'user:1' };
    await adapter.emit(tagMoved, { aggregate, version: 8, data: { ...tag, version: '1.1.0' } });
    await adapter.emit(tagMoved, { aggregate, version: 7, data: { ...tag, version: '1.0.0' } });
    await adapter.emit(tagRemoved, { aggregate, version: 10, data: { ...tag, tag: 'gone' } });
    await adapter.emit(tagMoved, { aggregate, version: 9, data: { ...tag, tag: 'gone', version: '1.0.0' } });
    await adapter.emit(tagMoved, { aggregate, version: 11, data: { ...tag, tag: 'last', version: '1.0.0' } });
    await eventually(async () => {
      const tags = (await adapter.call('/npm/main/-/package/ordered/dist-tags')).json();
      expect(tags).toEqual({ latest: '1.0.0', beta: '1.1.0', last: '1.0.0' });
    });
  });

  it('of a held release show nothing to anybody', async () => {
    const release = await adapter.release(
      adapter.repositories.public,
      { name: 'held', version: '1.0.0' },
      { state: 'held' },
    );
    const aggregate = packageAggregate(release.repository.repositoryId, release.packagePurl);
    await adapter.emit(releaseHeld, { aggregate, version: 2, data: release });
    await publish({ name: 'after-held', version: '1.0.0' });
    expect((await adapter.call('/npm/main/held')).status).toBe(404);
    await adapter.emit(releasePublished, { aggregate, version: 3, data: { ...release, state: 'published' } });
    await eventually(async () => expect((await adapter.call('/npm/main/held')).status).toBe(200));
  });
});

describe('the schema', () => {
  it('is what its entities say', async () => {
    expect(await driftOf(adapter.dataSource)).toEqual([]);
  });
});
