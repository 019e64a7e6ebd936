import { gzipSync } from 'node:zlib';
import { packageAggregate, releasePublished, repositoryCreated } from '@waybill/contracts';
import { eventually } from '@waybill/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memberOf, person } from '../../test/principals.js';
import type { RunningAdapter } from '../../test/running-adapter.js';
import { startAdapter } from '../../test/running-adapter.js';

let adapter: RunningAdapter;

beforeAll(async () => {
  adapter = await startAdapter();
  for (const repository of Object.values(adapter.repositories)) {
    await adapter.emit(repositoryCreated, { aggregate: repository.repositoryId, version: 1, data: repository });
    const release = await adapter.release(repository, { name: '@acme/here', version: '1.0.0' });
    const aggregate = packageAggregate(repository.repositoryId, release.packagePurl);
    await adapter.emit(releasePublished, { aggregate, version: 2, data: release });
    const principal = memberOf(repository);
    const target = `/npm/${repository.slug}/@acme/here`;
    await eventually(async () => {
      if ((await adapter.call(target, { principal })).status !== 200) throw new Error('not projected yet');
    });
  }
});

afterAll(async () => {
  await adapter.stop();
});

describe('audit', () => {
  const bulk = '/npm/main/-/npm/v1/security/advisories/bulk';
  const quick = '/npm/main/-/npm/v1/security/audits/quick';
  const json = { 'content-type': 'application/json' };

  function post(target: string, body: string | Buffer, headers: Record<string, string> = {}) {
    return adapter.call(target, { method: 'POST', upload: body, headers: { ...json, ...headers } });
  }

  it('1(f) 5: answers gzipped and plain questions', async () => {
    const question = JSON.stringify({ '@acme/here': ['1.0.0'] });
    const gzipped = await post(bulk, gzipSync(question), { 'content-encoding': 'gzip' });
    for (const answer of [gzipped, await post(bulk, question)]) {
      expect(answer.status).toBe(200);
      expect(answer.json()).toEqual({});
    }
    const tree = JSON.stringify({ dependencies: { a: { version: '1.0.0', dev: true } } });
    for (const target of [quick, quick.replace('/quick', '')]) {
      const answer = await post(target, gzipSync(tree), { 'content-encoding': 'gzip' });
      expect(answer.status).toBe(200);
      expect(answer.json()).toEqual({
        actions: [],
        advisories: {},
        muted: [],
        metadata: {
          vulnerabilities: { info: 0, low: 0, moderate: 0, high: 0, critical: 0 },
          dependencies: 0,
          devDependencies: 1,
          optionalDependencies: 0,
          totalDependencies: 1,
        },
      });
    }
  });

  it('refuses what is no question', async () => {
    expect((await post(bulk, '[]')).status).toBe(400);
    expect((await post(bulk, 'x', { 'content-encoding': 'gzip' })).status).toBe(400);
    expect((await post(quick, '7')).status).toBe(400);
  });

  it('is for those who may read (A6)', async () => {
    const hidden = bulk.replace('/main/', '/secret/');
    expect((await post(hidden, '{}')).status).toBe(401);
    const outsider = await adapter.call(hidden, { method: 'POST', upload: '{}', headers: json, principal: person() });
    expect(outsider.status).toBe(404);
  });
});

describe('GET /-/package/:package/visibility', () => {
  it.each<['public' | 'internal' | 'private' | 'unlisted', boolean]>([
    ['public', true],
    ['internal', false],
    ['private', false],
    ['unlisted', false],
  ])('of a package in a repository that is %s says public: %s', async (visibility, isPublic) => {
    const repository = adapter.repositories[visibility];
    const principal = memberOf(repository);
    for (const name of ['@acme/here', '@acme%2fhere', '@acme%2Fhere']) {
      const answer = await adapter.call(`/npm/${repository.slug}/-/package/${name}/visibility`, { principal });
      expect(answer.json()).toEqual({ public: isPublic });
    }
  });

  it('is not told of what does not exist or may not be seen', async () => {
    expect((await adapter.call('/npm/main/-/package/nothing/visibility')).status).toBe(404);
    expect((await adapter.call('/npm/secret/-/package/@acme%2fhere/visibility')).status).toBe(401);
  });
});

describe('what clients ask in passing', () => {
  it.each(['npm', 'pnpm'])('whether %s has a newer version: a 404 in JSON', async (name) => {
    const answer = await adapter.call(`/npm/main/${name}`);
    expect(answer.status).toBe(404);
    expect(answer.json()).toMatchObject({ error: `${name} was not found.` });
  });

  it.each(['GET /-/pnpr', 'POST /-/pnpr/v0/resolve', 'GET /-/nothing/like/that', 'PUT /-/npm/v1/hooks/hook'])(
    'whether there is %s: a 404 in JSON',
    async (route) => {
      const [method = '', path = ''] = route.split(' ');
      const answer = await adapter.call(`/npm/main${path}`, { method });
      expect(answer.status).toBe(404);
      expect(answer.json()).toMatchObject({ error: 'This registry does not have that.' });
    },
  );

  it.each(['/npm/main/', '/npm/main', '/npm/unknown/'])(
    'what is at %s: the same for every name (A6)',
    async (target) => {
      const answer = await adapter.call(target);
      expect(answer.status).toBe(200);
      expect(answer.json()).toMatchObject({ registry: 'npm', server: 'waybill' });
    },
  );
});
