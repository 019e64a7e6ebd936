import { randomUUID } from 'node:crypto';
import type { Principal, TokenId, TokenScope } from '@waybill/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memberOf, person, publisherOf, readerOf } from '../../test/principals.js';
import { PublishService } from '../../test/publish-service.js';
import type { Call, RunningAdapter } from '../../test/running-adapter.js';
import { startAdapter } from '../../test/running-adapter.js';
import { parseNpmName, purlOf } from '../names/npm-name.js';

let adapter: RunningAdapter;
let publish: PublishService;

beforeAll(async () => {
  adapter = await startAdapter();
  publish = await PublishService.start(adapter);
});

afterAll(async () => {
  await adapter.stop();
});

const status = async (target: string, call: Call) => (await adapter.call(target, call)).status;
const starsOf = async (path: string, call: Call = {}) => (await adapter.call(`/npm/main/-/${path}`, call)).json();

function tokenThatReads(): Principal {
  const { userId, username } = person() as Extract<Principal, { kind: 'user' }>;
  const scopes: TokenScope[] = [{ actions: ['read'], on: { kind: 'everything' } }];
  const tokenId = randomUUID() as TokenId;
  return { kind: 'token', tokenId, userId, username, scopes, grants: [], installationAdmin: false };
}

describe('pnpm’s routes for stars', () => {
  it('star and unstar for the caller, under every spelling (1(f) 1), and the packument shows it', async () => {
    await publish.publish({ name: '@acme/bright', version: '1.0.0' });
    const principal = person();
    const users = async () => (await adapter.call('/npm/main/@acme/bright')).json()['users'];
    const body = { name: '@acme/bright', package: '@acme/bright' };
    expect(await status('/npm/main/-/user/v1/star', { method: 'PUT', json: body, principal })).toBe(200);
    expect(await users()).toEqual({ alice: true });
    expect(await status('/npm/main/-/user/v1/star', { method: 'DELETE', json: body, principal })).toBe(200);
    expect(await users()).toBeUndefined();
    for (const name of ['@acme/bright', '@acme%2fbright', '@acme%2Fbright', '%40acme/bright']) {
      const target = `/npm/main/-/user/package/${name}/star`;
      expect(await status(target, { method: 'PUT', principal })).toBe(200);
      expect(await users()).toEqual({ alice: true });
      expect(await status(target, { method: 'DELETE', principal })).toBe(200);
      expect(await users()).toBeUndefined();
    }
  });

  it('need a token that does more than read (A4)', async () => {
    await publish.publish({ name: 'dim', version: '1.0.0' });
    const target = '/npm/main/-/user/package/dim/star';
    expect(await status(target, { method: 'PUT', principal: tokenThatReads() })).toBe(403);
    expect((await adapter.call('/npm/main/dim')).json()).not.toHaveProperty('users');
  });

  it('need a person: a token of a trusted publisher stars nothing, not even what it publishes (T10)', async () => {
    await publish.publish({ name: 'minted', version: '1.0.0' });
    const purl = purlOf(parseNpmName('minted'));
    const principal = publisherOf(purl, ['read', 'publish'], adapter.repositories.public);
    for (const [target, json] of [
      ['/npm/main/-/user/v1/star', { package: 'minted' }],
      ['/npm/main/-/user/package/minted/star', {}],
    ] as const) {
      for (const method of ['PUT', 'DELETE']) {
        const refused = await adapter.call(target, { method, json, principal });
        expect(refused.status).toBe(403);
        expect(JSON.stringify(refused.json())).toContain('only people star packages');
      }
    }
    expect((await adapter.call('/npm/main/minted')).json()).not.toHaveProperty('users');
  });

  it('need somebody who may read the package', async () => {
    await publish.publish({ name: 'behind', version: '1.0.0' }, { visibility: 'private' });
    const json = { package: 'behind' };
    for (const [target, body] of [
      ['/npm/secret/-/user/v1/star', { json }],
      ['/npm/secret/-/user/package/behind/star', {}],
    ] as const) {
      const put = { method: 'PUT', ...body };
      expect(await status(target, put)).toBe(401);
      expect(await status(target, { ...put, principal: person() })).toBe(404);
      expect(await status(target, { ...put, principal: readerOf(adapter.repositories.private) })).toBe(200);
    }
    expect(await status('/npm/main/-/user/v1/star', { method: 'PUT', json: {}, principal: person() })).toBe(400);
    const unknown = { method: 'PUT', json: { package: 'nothing' }, principal: person() };
    expect(await status('/npm/main/-/user/v1/star', unknown)).toBe(404);
    expect(
      await status('/npm/main/-/user/v1/star', { ...unknown, principal: memberOf(adapter.repositories.public) }),
    ).toBe(404);
  });
});

describe('lists of stars', () => {
  it('show what somebody starred, newest first, in npm’s and in pnpm’s shape', async () => {
    await publish.publish({ name: 'first', version: '1.0.0' });
    await publish.publish({ name: 'second', version: '1.0.0' });
    const principal = { ...person(), username: 'lister' };
    for (const name of ['first', 'second']) {
      await adapter.call(`/npm/main/-/user/package/${name}/star`, { method: 'PUT', principal });
    }
    const view = await adapter.call('/npm/main/-/_view/starredByUser?key=%22lister%22');
    expect(view.json()['rows']).toMatchObject([{ value: 'second' }, { value: 'first' }]);
    expect(view.headers['cache-control']).toBe('private, no-cache');
    expect(await starsOf('user/v1/star', { principal })).toEqual(['second', 'first']);
    expect(await starsOf('user/lister/stars')).toEqual(['second', 'first']);
    expect(await starsOf('util/user/lister/stars')).toEqual(['second', 'first']);
    expect(await starsOf('user/nobody/stars')).toEqual([]);
    expect(await status('/npm/main/-/user/v1/star', {})).toBe(401);
  });

  it('show of a private repository nothing to who may not read it (A6)', async () => {
    await publish.publish({ name: 'inner', version: '1.0.0' }, { visibility: 'private' });
    const principal = { ...readerOf(adapter.repositories.private), username: 'insider' };
    await adapter.call('/npm/secret/-/user/package/inner/star', { method: 'PUT', principal });
    const list = '/npm/secret/-/user/insider/stars';
    expect((await adapter.call(list, { principal })).json()).toEqual(['inner']);
    expect(await status(list, {})).toBe(401);
    expect(await status(list, { principal: person() })).toBe(404);
    expect(await status('/npm/unknown/-/user/insider/stars', {})).toBe(401);
    expect(await status('/npm/unknown/-/user/insider/stars', { principal: person() })).toBe(404);
  });
});
