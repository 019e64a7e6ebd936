import { randomUUID } from 'node:crypto';
import { listCollaborators } from '@waybill/contracts';
import type { Principal } from '@waybill/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answering } from '../../test/answering.js';
import { adminOf, memberOf, person, readerOf } from '../../test/principals.js';
import { publishBody, tarballAttachment } from '../../test/publish-body.js';
import { PublishService } from '../../test/publish-service.js';
import type { Call, RunningAdapter } from '../../test/running-adapter.js';
import { startAdapter } from '../../test/running-adapter.js';
import { tarballOf } from '../../test/tarball.js';

let adapter: RunningAdapter;
let publish: PublishService;
const spellings = ['@acme/seen', '@acme%2fseen', '@acme%2Fseen', '%40acme/seen'];

beforeAll(async () => {
  adapter = await startAdapter();
  publish = await PublishService.start(adapter);
  answering(adapter.operator, listCollaborators, () => ({
    collaborators: [
      { username: 'alice', permission: 'write' },
      { username: 'bob', permission: 'read' },
    ],
  }));
  await publish.publish({ name: '@acme/seen', version: '1.0.0' });
  await publish.publish({ name: '@acme/hidden', version: '1.0.0' }, { visibility: 'private' });
});

afterAll(async () => {
  await adapter.stop();
});

const status = async (target: string, call: Call = {}) => (await adapter.call(target, call)).status;

describe('collaborators', () => {
  it('are an object for npm and a list for pnpm, under every spelling (1(f) 1)', async () => {
    const principal = memberOf(adapter.repositories.public);
    for (const name of spellings) {
      const target = `/npm/main/-/package/${name}/collaborators?format=cli`;
      expect((await adapter.call(target, { principal })).json()).toEqual({ alice: 'write', bob: 'read' });
      const headers = { 'user-agent': 'pnpm/12.21.0 node/?' };
      expect((await adapter.call(`${target}&user=bob`, { principal, headers })).json()).toEqual([
        { user: 'bob', permissions: 'read-only' },
      ]);
    }
  });

  it('are shown to who works on the package', async () => {
    const target = '/npm/main/-/package/@acme%2fseen/collaborators';
    expect(await status(target)).toBe(401);
    expect(await status(target, { principal: person() })).toBe(403);
    expect(await status(target, { principal: readerOf(adapter.repositories.public) })).toBe(403);
    expect(await status('/npm/secret/-/package/x/collaborators', { principal: person() })).toBe(404);
  });
});

describe('the access of a package', () => {
  it('is refused to the token of a login with a password, which is told how to come by a wider one (A4)', async () => {
    const facts = adapter.repositories.public;
    const scopes = [{ actions: ['read', 'publish', 'delete'], on: { kind: 'everything' } }];
    const principal = { ...adminOf(facts), kind: 'token', tokenId: randomUUID(), scopes } as unknown as Principal;
    const target = '/npm/main/-/package/@acme%2fseen/access';
    const answer = await adapter.call(target, { method: 'POST', json: { access: 'public' }, principal });
    expect([answer.status, answer.json()]).toEqual([
      403,
      expect.objectContaining({
        error: expect.stringMatching(/manage-access: log in again through the browser and tick "It may/) as string,
        details: { permission: 'manage-access' },
      }),
    ]);
  });

  it('is changed where it narrows that of the repository, and back; never beyond that (A9)', async () => {
    const set = (repository: string, name: string, json: unknown) => {
      const facts = repository === 'main' ? adapter.repositories.public : adapter.repositories.private;
      const target = `/npm/${repository}/-/package/${name}/access`;
      return adapter.call(target, { method: 'POST', json, principal: adminOf(facts) });
    };
    for (const name of spellings) expect((await set('main', name, { access: 'public' })).status).toBe(200);
    expect((await set('secret', '@acme/hidden', { access: 'private' })).status).toBe(200);
    expect((await set('secret', '@acme/hidden', { access: 'restricted' })).status).toBe(200);
    expect(publish.asked).toEqual([]);
    const views = ['@acme/seen', '@acme/seen/-/seen-1.0.0.tgz', '@acme/seen/1.0.0', '-/package/@acme%2fseen/dist-tags'];
    for (const view of views) expect(await status(`/npm/main/${view}`)).toBe(200);
    for (const access of ['restricted', 'private']) {
      expect((await set('main', '@acme/seen', { access })).status).toBe(200);
      for (const view of views) {
        expect(await status(`/npm/main/${view}`)).toBe(401);
        expect(await status(`/npm/main/${view}`, { principal: person() })).toBe(404);
        expect(await status(`/npm/main/${view}`, { principal: readerOf(adapter.repositories.public) })).toBe(200);
      }
    }
    const principal = readerOf(adapter.repositories.public);
    const narrow = await adapter.call('/npm/main/@acme/seen', { principal });
    expect(narrow.headers['cache-control']).toContain('private');
    expect((await adapter.call('/npm/main/-/user/alice/package')).json()).toEqual({});
    expect((await adapter.call('/npm/main/-/package/@acme%2fseen/access', { principal })).json()).toMatchObject({
      access: 'restricted',
    });
    for (const name of spellings) expect((await set('main', name, { access: 'public' })).status).toBe(200);
    for (const view of views) expect(await status(`/npm/main/${view}`)).toBe(200);
    expect(publish.asked).toEqual(['change "private"', 'change null']);
    const refused = await set('secret', '@acme/hidden', { access: 'public' });
    expect(refused.status).toBe(400);
    expect(refused.json()['error']).toContain('never more visible than its repository, which is private');
    expect((await set('main', '@acme/seen', { access: 'everybody' })).status).toBe(400);
    expect((await set('main', '@acme/seen', {})).status).toBe(400);
  });

  it('is not narrower because a publish says so, which is refused in the same words', async () => {
    const manifest = { name: '@acme/meant', version: '1.0.0' };
    const tarball = await tarballOf({ 'package.json': JSON.stringify(manifest) });
    const document = publishBody(manifest, tarball, [tarballAttachment(manifest, tarball)]);
    const upload = JSON.stringify({ ...document, access: 'restricted' });
    for (const repository of ['main', 'unlisted']) {
      const principal = memberOf(adapter.repositories[repository === 'main' ? 'public' : 'unlisted']);
      const refused = await adapter.call(`/npm/${repository}/@acme%2fmeant`, { method: 'PUT', upload, principal });
      expect(refused.status).toBe(400);
      expect(refused.json()['error']).toMatch(
        /^A package is as visible as its repository, .*: nothing was published\./,
      );
      expect(await status(`/npm/${repository}/@acme/meant`)).toBe(404);
    }
  });

  it('never pretends to require a second factor', async () => {
    const principal = adminOf(adapter.repositories.public);
    const target = '/npm/main/-/package/@acme/seen/access';
    const tfa = (on: boolean) => ({ method: 'POST', json: { publish_requires_tfa: on }, principal });
    const refused = await adapter.call(target, tfa(true));
    expect(refused.status).toBe(400);
    expect(refused.json()['error']).toContain('no second factor');
    expect(await status(target, tfa(false))).toBe(200);
    expect((await adapter.call(target)).json()).toEqual({ access: 'public', publish_requires_tfa: false });
  });

  it('is changed by who manages access', async () => {
    const target = '/npm/main/-/package/@acme/seen/access';
    const call = { method: 'POST', json: { access: 'public' } };
    expect(await status(target, call)).toBe(401);
    expect(await status(target, { ...call, principal: person() })).toBe(403);
    expect(await status(target, { ...call, principal: memberOf(adapter.repositories.public) })).toBe(403);
    expect(await status('/npm/secret/-/package/@acme/hidden/access')).toBe(401);
    expect(await status('/npm/secret/-/package/@acme/hidden/access', { principal: person() })).toBe(404);
  });
});

describe('lists of packages', () => {
  it('of a scope and of a user have what the caller may read', async () => {
    const list = async (path: string, call: Call = {}) => (await adapter.call(path, call)).json();
    const reader = readerOf(adapter.repositories.public);
    const member = memberOf(adapter.repositories.public);
    expect(await list('/npm/main/-/org/acme/package', { principal: reader })).toEqual({ '@acme/seen': 'read' });
    expect(await list('/npm/main/-/org/acme/package', { principal: member })).toEqual({ '@acme/seen': 'write' });
    expect(await list('/npm/main/-/user/alice/package?format=cli')).toEqual({ '@acme/seen': 'write' });
    expect(await list('/npm/main/-/user/nobody/package')).toEqual({});
    expect(await status('/npm/main/-/org/nothing/package')).toBe(404);
    for (const path of ['org/acme/package', 'user/alice/package']) {
      expect(await status(`/npm/secret/-/${path}`)).toBe(401);
      expect(await status(`/npm/secret/-/${path}`, { principal: person() })).toBe(404);
      expect(await status(`/npm/unknown/-/${path}`, { principal: person() })).toBe(404);
      const principal = readerOf(adapter.repositories.private);
      expect(await list(`/npm/secret/-/${path}`, { principal })).toHaveProperty(['@acme/hidden']);
    }
  });
});
