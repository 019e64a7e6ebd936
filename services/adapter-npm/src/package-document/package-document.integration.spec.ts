import { randomUUID } from 'node:crypto';
import { packageOwnersChanged, setPackageOwners } from '@waybill/contracts';
import type { Principal } from '@waybill/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answering } from '../../test/answering.js';
import { adminOf, memberOf, person, readerOf } from '../../test/principals.js';
import { PublishService } from '../../test/publish-service.js';
import type { Answer, RunningAdapter } from '../../test/running-adapter.js';
import { startAdapter } from '../../test/running-adapter.js';

type Versions = Record<string, { deprecated?: string; dist: Record<string, unknown> }>;
interface Document extends Record<string, unknown> {
  _rev: string;
  versions: Versions;
  'dist-tags': Record<string, string>;
  users?: Record<string, boolean>;
}

let adapter: RunningAdapter;
let publish: PublishService;
let admin: Principal;
let member: Principal;

beforeAll(async () => {
  adapter = await startAdapter();
  publish = await PublishService.start(adapter);
  admin = adminOf(adapter.repositories.public);
  member = memberOf(adapter.repositories.public);
  let owners = 0;
  answering(adapter.operator, setPackageOwners, async ({ repositoryId, packagePurl, usernames }) => {
    owners += 1;
    const data = {
      repositoryId,
      packagePurl,
      owners: usernames.map((username) => ({ userId: randomUUID(), username, email: null })),
      changedBy: 'user:1',
    };
    await adapter.emit(packageOwnersChanged, { aggregate: `${repositoryId}/${packagePurl}`, version: owners, data });
    return { aggregateVersion: owners, usernames };
  });
});

afterAll(async () => {
  await adapter.stop();
});

async function readToWrite(name: string, principal: Principal = admin): Promise<Document> {
  const answer = await adapter.call(`/npm/main/${name}?write=true`, { principal });
  expect(answer.status).toBe(200);
  return answer.json() as Document;
}

function put(path: string, document: unknown, principal: Principal = admin): Promise<Answer> {
  return adapter.call(`/npm/main/${path}`, { method: 'PUT', upload: JSON.stringify(document), principal });
}

const spellings = (name: string) => [
  name,
  name.replace('/', '%2f'),
  name.replace('/', '%2F'),
  name.replace('@', '%40'),
];

describe('GET ?write=true', () => {
  it('is the full document with _id and _rev, which no cache keeps', async () => {
    await publish.publish({ name: '@acme/written', version: '1.0.0' });
    for (const name of spellings('@acme/written')) {
      const answer = await adapter.call(`/npm/main/${name}?write=true`, {
        principal: member,
        headers: { accept: 'application/vnd.npm.install-v1+json' },
      });
      expect(answer.status).toBe(200);
      expect(answer.headers['cache-control']).toBe('no-store');
      expect(answer.json()).toHaveProperty('_id', '@acme/written');
      expect(String(answer.json()['_rev'])).toMatch(/^\d+-[0-9a-f]{16}$/);
    }
  });

  it('is for who may write, and for the star of a reader', async () => {
    await publish.publish({ name: 'guarded', version: '1.0.0' });
    const status = async (principal?: Principal, headers: Record<string, string> = {}) =>
      (
        await adapter.call('/npm/main/guarded?write=true', {
          headers,
          ...(principal === undefined ? {} : { principal }),
        })
      ).status;
    expect(await status()).toBe(401);
    expect(await status(person())).toBe(403);
    expect(await status(readerOf(adapter.repositories.public))).toBe(403);
    expect(await status(member)).toBe(200);
    expect(await status(person(), { 'npm-command': 'star' })).toBe(200);
    expect(await status(undefined, { 'npm-command': 'star' })).toBe(401);
  });
});

describe('1(f) 7: what PUT /{pkg} carries', () => {
  it('is a deprecation when there is no tarball, and the next read shows it', async () => {
    await publish.publish({ name: '@acme/old', version: '1.0.0' });
    await publish.publish({ name: '@acme/old', version: '1.1.0' });
    for (const [index, name] of spellings('@acme/old').entries()) {
      const document = await readToWrite('@acme/old');
      document.versions['1.0.0']!.deprecated = `reason ${String(index)}`;
      expect((await put(name, { ...document, _attachments: {} })).status).toBe(201);
      const { versions } = await readToWrite('@acme/old');
      expect(versions['1.0.0']).toHaveProperty('deprecated', `reason ${String(index)}`);
      expect(versions['1.1.0']).not.toHaveProperty('deprecated');
    }
    expect(publish.asked.at(-1)).toBe('deprecate {"1.0.0":"reason 3"}');
    const document = await readToWrite('@acme/old');
    document.versions['1.0.0']!.deprecated = '';
    expect((await put('@acme/old', document)).status).toBe(201);
    expect((await readToWrite('@acme/old')).versions['1.0.0']).not.toHaveProperty('deprecated');
  });

  it('takes over nothing but the texts: a dist that contradicts, an unknown version and a stale document are refused', async () => {
    await publish.publish({ name: 'fixed', version: '1.0.0' });
    const document = await readToWrite('fixed');
    for (const change of [
      { integrity: 'sha512-AAAA' },
      { shasum: 'f'.repeat(40) },
      { tarball: 'https://evil.example/npm/main/fixed/-/other-1.0.0.tgz' },
    ]) {
      const changed = structuredClone(document);
      changed.versions['1.0.0']!.deprecated = 'x';
      Object.assign(changed.versions['1.0.0']!.dist, change);
      expect(await put('fixed', changed)).toMatchObject({ status: 400 });
    }
    const added = structuredClone(document);
    added.versions['9.9.9'] = added.versions['1.0.0']!;
    expect((await put('fixed', added)).status).toBe(400);
    await publish.publish({ name: 'fixed', version: '1.1.0' });
    document.versions['1.0.0']!.deprecated = 'x';
    const stale = await put('fixed', document);
    expect(stale.status).toBe(409);
    expect(stale.json()['error']).toContain('has changed since it was read');
    expect((await put('fixed', {})).status).toBe(400);
    expect((await put('fixed', { ...document, name: 'other' })).status).toBe(400);
  });

  it('is a star of the caller’s own, and of nobody else', async () => {
    await publish.publish({ name: 'liked', version: '1.0.0' });
    const reader = readerOf(adapter.repositories.public);
    const star = async (users: Record<string, boolean>, principal: Principal = reader) => {
      const { _id, _rev } = await readToWrite('liked');
      return put('liked', { _id, _rev, users }, principal);
    };
    expect((await star({ alice: true })).status).toBe(201);
    expect((await readToWrite('liked')).users).toEqual({ alice: true });
    expect((await star({ alice: true, bob: true })).status).toBe(403);
    expect((await star({})).status).toBe(201);
    expect(await readToWrite('liked')).not.toHaveProperty('users');
    const { _rev } = await readToWrite('liked');
    await star({ alice: true });
    expect((await put('liked', { _id: 'liked', _rev, users: {} })).status).toBe(409);
    expect((await put('liked', { _id: 'liked', _rev, users: { alice: true } })).status).toBe(201);
    const anonymous = await adapter.call('/npm/main/liked', { method: 'PUT', upload: '{"users":{"alice":true}}' });
    expect(anonymous.status).toBe(401);
  });

  it('needs the permission of what it carries', async () => {
    await publish.publish({ name: 'permitted', version: '1.0.0' });
    const document = await readToWrite('permitted');
    document.versions['1.0.0']!.deprecated = 'x';
    expect((await put('permitted', document, person())).status).toBe(403);
    expect((await put('permitted', document, readerOf(adapter.repositories.public))).status).toBe(403);
    const attached = { ...document, _attachments: { 'permitted-1.0.1.tgz': { data: 'AAAA', length: 3 } } };
    expect((await put('permitted', attached, readerOf(adapter.repositories.public))).status).toBe(403);
    expect((await put('permitted', document, member)).status).toBe(201);
    const hidden = await adapter.call('/npm/secret/hidden', { method: 'PUT', upload: '{}', principal: person() });
    expect(hidden.status).toBe(404);
  });
});

describe('PUT /{pkg}/-rev/{rev}', () => {
  it('unpublishes the versions that are left out, under every spelling (1(f) 1)', async () => {
    for (const [index] of spellings('@acme/shrinking').entries()) {
      await publish.publish({ name: '@acme/shrinking', version: `1.${String(index)}.0` });
    }
    await publish.publish({ name: '@acme/shrinking', version: '2.0.0' });
    for (const [index, name] of spellings('@acme/shrinking').entries()) {
      const document = await readToWrite('@acme/shrinking');
      const version = `1.${String(index)}.0`;
      Reflect.deleteProperty(document.versions, version);
      expect((await put(`${name}/-rev/${document._rev}`, document)).status).toBe(201);
      expect((await adapter.call(`/npm/main/@acme/shrinking/${version}`)).status).toBe(404);
      const next = await readToWrite('@acme/shrinking');
      expect(next._rev).not.toBe(document._rev);
      const tarball = `${name}/-/shrinking-${version}.tgz/-rev/${next._rev}`;
      const last = await adapter.call(`/npm/main/${tarball}`, { method: 'DELETE', principal: admin });
      expect(last.status).toBe(200);
    }
    expect(Object.keys((await readToWrite('@acme/shrinking')).versions)).toEqual(['2.0.0']);
  });

  it('moves latest where the client says', async () => {
    await publish.publish({ name: 'retagged', version: '1.0.0' });
    await publish.publish({ name: 'retagged', version: '1.1.0' });
    await publish.publish({ name: 'retagged', version: '2.0.0' }, { tags: ['latest', 'next'] });
    const document = await readToWrite('retagged');
    delete document.versions['2.0.0'];
    document['dist-tags'] = { latest: '1.0.0' };
    expect((await put(`retagged/-rev/${document._rev}`, document)).status).toBe(201);
    expect((await readToWrite('retagged'))['dist-tags']).toEqual({ latest: '1.0.0' });
  });

  it('moves no tag but those of what goes, for who may not publish (A4)', async () => {
    const { repositoryId } = adapter.repositories.public;
    const deleter = person({ kind: 'repository', repositoryId, actions: ['read', 'delete'] });
    await publish.publish({ name: 'tagged', version: '1.0.0' });
    await publish.publish({ name: 'tagged', version: '1.1.0' });
    await publish.publish({ name: 'tagged', version: '2.0.0' });
    const document = await readToWrite('tagged');
    delete document.versions['1.1.0'];
    const asked = publish.asked.length;
    for (const tags of [{ latest: '1.0.0' }, { latest: '2.0.0', stable: '1.0.0' }]) {
      const answer = await put(`tagged/-rev/${document._rev}`, { ...document, 'dist-tags': tags }, deleter);
      expect(answer.status).toBe(403);
    }
    expect(publish.asked).toHaveLength(asked);
    expect((await readToWrite('tagged'))['dist-tags']).toEqual({ latest: '2.0.0' });
    expect((await put(`tagged/-rev/${document._rev}`, document, deleter)).status).toBe(201);
    const next = await readToWrite('tagged');
    delete next.versions['2.0.0'];
    next['dist-tags'] = { latest: '1.0.0' };
    expect((await put(`tagged/-rev/${next._rev}`, next, deleter)).status).toBe(201);
    expect((await readToWrite('tagged'))['dist-tags']).toEqual({ latest: '1.0.0' });
  });

  it('lets who may not publish unpublish what no tag but the shown `latest` points at (A4)', async () => {
    const { repositoryId } = adapter.repositories.public;
    const deleter = person({ kind: 'repository', repositoryId, actions: ['read', 'delete'] });
    await publish.publish({ name: 'untagged', version: '1.0.0' }, { tags: ['beta'] });
    await publish.publish({ name: 'untagged', version: '2.0.0' }, { tags: ['next'] });
    const document = await readToWrite('untagged');
    expect(document['dist-tags']).toEqual({ beta: '1.0.0', next: '2.0.0', latest: '2.0.0' });
    delete document.versions['2.0.0'];
    document['dist-tags'] = { beta: '1.0.0', latest: '1.0.0' };
    expect((await put(`untagged/-rev/${document._rev}`, document, deleter)).status).toBe(201);
    expect(publish.asked.at(-1)).toBe('withdraw ["2.0.0"] {}');
    expect((await readToWrite('untagged'))['dist-tags']).toEqual({ beta: '1.0.0', latest: '1.0.0' });
  });

  it('an unpublish that would say yes and do nothing is refused, and one that said yes has been done', async () => {
    await publish.publish({ name: 'honest', version: '1.0.0' });
    await publish.publish({ name: 'honest', version: '1.1.0' });
    const document = await readToWrite('honest');
    const asked = publish.asked.length;
    for (const nothing of [document, { ...document, versions: {} }, { _id: 'honest', _rev: document._rev }]) {
      const answer = await put(`honest/-rev/${document._rev}`, nothing);
      expect(answer.status).toBe(400);
    }
    expect(publish.asked).toHaveLength(asked);
    const shorter = structuredClone(document);
    delete shorter.versions['1.0.0'];
    expect((await put(`honest/-rev/${document._rev}`, shorter)).status).toBe(201);
    expect((await adapter.call('/npm/main/honest/-/honest-1.0.0.tgz')).status).toBe(404);
    // Sent again after its answer was lost: it is done, and nothing else is.
    expect((await put(`honest/-rev/${document._rev}`, shorter)).status).toBe(201);
    expect(Object.keys((await readToWrite('honest')).versions)).toEqual(['1.1.0']);
    const { _rev } = await readToWrite('honest');
    const there = await adapter.call(`/npm/main/honest/-/honest-1.1.0.tgz/-rev/${_rev}`, {
      method: 'DELETE',
      principal: admin,
    });
    expect(there.status).toBe(200);
    expect((await adapter.call('/npm/main/honest')).status).toBe(404);
    const never = await adapter.call(`/npm/main/honest/-/honest-7.0.0.tgz/-rev/${_rev}`, {
      method: 'DELETE',
      principal: admin,
    });
    expect(never.status).toBe(404);
  });

  it('a stale revision is a 409 that says what to do, whatever is wanted', async () => {
    await publish.publish({ name: 'stale', version: '1.0.0' });
    const document = await readToWrite('stale');
    await publish.publish({ name: 'stale', version: '1.1.0' });
    delete document.versions['1.0.0'];
    const rev = document._rev;
    const fresh = await readToWrite('stale');
    delete fresh.versions['1.0.0'];
    const maintainers = [{ name: 'carol', email: '' }];
    const answers = [
      await put(`stale/-rev/${rev}`, fresh),
      await put(`stale/-rev/${rev}`, { _id: 'stale', _rev: rev, maintainers }),
      await adapter.call(`/npm/main/stale/-rev/${rev}`, { method: 'DELETE', principal: admin }),
      await adapter.call(`/npm/main/stale/-/stale-1.0.0.tgz/-rev/${rev}`, { method: 'DELETE', principal: admin }),
    ];
    for (const answer of answers) {
      expect(answer.status).toBe(409);
      expect(answer.json()['error']).toContain('read it again and repeat the change');
    }
    expect(Object.keys((await readToWrite('stale')).versions)).toEqual(['1.0.0', '1.1.0']);
  });

  it('replaces the owners when it has nothing but maintainers', async () => {
    await publish.publish({ name: '@acme/shared', version: '1.0.0' });
    for (const [index, name] of spellings('@acme/shared').entries()) {
      const { _id, _rev } = await readToWrite('@acme/shared');
      const maintainers = [
        { name: 'alice', email: '' },
        { name: `bob${String(index)}`, email: 'b@example.com' },
      ];
      expect((await put(`${name}/-rev/${_rev}`, { _id, _rev, maintainers }, member)).status).toBe(201);
      expect((await readToWrite('@acme/shared'))['maintainers']).toMatchObject(
        maintainers.map(({ name }) => ({ name })),
      );
    }
    const { _rev } = await readToWrite('@acme/shared');
    expect((await put(`@acme/shared/-rev/${_rev}`, { _rev, maintainers: [{}] })).status).toBe(400);
  });

  it('needs `delete` for versions: readers, members and strangers may not', async () => {
    await publish.publish({ name: 'kept', version: '1.0.0' });
    await publish.publish({ name: 'kept', version: '1.1.0' });
    const document = await readToWrite('kept');
    delete document.versions['1.0.0'];
    for (const principal of [person(), readerOf(adapter.repositories.public), member]) {
      expect((await put(`kept/-rev/${document._rev}`, document, principal)).status).toBe(403);
      for (const path of [`kept/-rev/${document._rev}`, `kept/-/kept-1.0.0.tgz/-rev/${document._rev}`]) {
        expect((await adapter.call(`/npm/main/${path}`, { method: 'DELETE', principal })).status).toBe(403);
      }
    }
    const anonymous = await adapter.call(`/npm/main/kept/-rev/${document._rev}`, { method: 'DELETE' });
    expect(anonymous.status).toBe(401);
    expect((await adapter.call('/npm/secret/x/-rev/1-1', { method: 'DELETE', principal: person() })).status).toBe(404);
  });
});

describe('DELETE /{pkg}/-rev/{rev}', () => {
  it('takes the whole package, under every spelling (1(f) 1)', async () => {
    for (const [index, spelling] of ['@acme/w', '@acme%2fw', '@acme%2Fw', '%40acme/w'].entries()) {
      const name = `@acme/w${String(index)}`;
      await publish.publish({ name, version: '1.0.0' });
      await publish.publish({ name, version: '2.0.0' });
      const { _rev } = await readToWrite(name);
      const target = `/npm/main/${spelling}${String(index)}/-rev/${_rev}`;
      expect((await adapter.call(target, { method: 'DELETE', principal: admin })).status).toBe(200);
      expect((await adapter.call(`/npm/main/${name}`)).status).toBe(404);
      expect((await adapter.call(target, { method: 'DELETE', principal: admin })).status).toBe(404);
    }
    expect(publish.asked.at(-1)).toBe('withdraw "all" {}');
  });
});
