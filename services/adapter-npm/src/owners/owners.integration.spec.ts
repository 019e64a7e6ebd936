import { randomUUID } from 'node:crypto';
import { packageOwnersChanged, setPackageOwners } from '@waybill/contracts';
import { DomainError } from '@waybill/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answering } from '../../test/answering.js';
import { memberOf, person } from '../../test/principals.js';
import { PublishService } from '../../test/publish-service.js';
import type { RunningAdapter } from '../../test/running-adapter.js';
import { startAdapter } from '../../test/running-adapter.js';

let adapter: RunningAdapter;
let publish: PublishService;
const expected: unknown[] = [];

beforeAll(async () => {
  adapter = await startAdapter();
  publish = await PublishService.start(adapter);
  const member = memberOf(adapter.repositories.public);
  let version = 0;
  answering(adapter.operator, setPackageOwners, async (request) => {
    const { principal, repositoryId, packagePurl, usernames } = request;
    expected.push(request.expected);
    // As auth answers whoever has nothing to do with the organization.
    if (principal.kind !== 'anonymous' && principal.grants.length === 0) {
      throw new DomainError('not-found', 'not-found', 'That package was not found.');
    }
    if (usernames.includes('nobody')) throw new DomainError('not-found', 'user.not-found', 'There is no such user.');
    if (principal.kind === 'anonymous' || principal.grants.length !== ('grants' in member ? member.grants.length : 0)) {
      throw new DomainError('forbidden', 'auth.forbidden', 'You are not allowed to do this.');
    }
    if (usernames.length === 0) throw new DomainError('invalid', 'owners.empty', 'A package keeps an owner.');
    version += 1;
    const owners = usernames.map((username) => ({ userId: randomUUID(), username, email: `${username}@example.com` }));
    const data = { repositoryId, packagePurl, owners, changedBy: 'user:1' };
    await adapter.emit(packageOwnersChanged, { aggregate: `${repositoryId}/${packagePurl}`, version, data });
    return { aggregateVersion: version, usernames };
  });
});

afterAll(async () => {
  await adapter.stop();
});

describe('pnpm’s routes for owners', () => {
  it('list, add and remove, under every spelling (1(f) 1)', async () => {
    await publish.publish({ name: '@acme/ours', version: '1.0.0' });
    const principal = memberOf(adapter.repositories.public);
    for (const name of ['@acme/ours', '@acme%2fours', '@acme%2Fours', '%40acme/ours']) {
      const target = `/npm/main/-/package/${name}/owners`;
      const before = (await adapter.call(target)).json();
      expect(before).toMatchObject([{ username: 'alice' }]);
      expect((await adapter.call(target, { method: 'PUT', json: { user: 'bob' }, principal })).status).toBe(201);
      expect((await adapter.call(target)).json()).toEqual([
        { username: 'alice', email: 'alice@example.com' },
        { username: 'bob', email: 'bob@example.com' },
      ]);
      expect((await adapter.call(`${target}/bob`, { method: 'DELETE', principal })).status).toBe(200);
      expect((await adapter.call(`${target}/bob`, { method: 'DELETE', principal })).status).toBe(404);
    }
    // What was read is compared by auth, as soon as it has told of owners.
    expect(expected.slice(0, 2)).toEqual([undefined, ['alice', 'bob']]);
  });

  it('refuse a stranger with 403 what everybody may read, and with 404 only what they may not read (A6)', async () => {
    await publish.publish({ name: 'seen', version: '1.0.0' });
    const target = '/npm/main/-/package/seen/owners';
    const stranger = { principal: person() };
    const added = await adapter.call(target, { method: 'PUT', json: { user: 'mallory' }, ...stranger });
    expect([added.status, added.json()['error']]).toEqual([403, 'You are not allowed to do this.']);
    expect((await adapter.call(`${target}/alice`, { method: 'DELETE', ...stranger })).status).toBe(403);
    const hidden = '/npm/secret/-/package/seen/owners';
    expect((await adapter.call(hidden, { method: 'PUT', json: { user: 'mallory' }, ...stranger })).status).toBe(404);
    expect((await adapter.call(`${hidden}/alice`, { method: 'DELETE', ...stranger })).status).toBe(404);
    const unknown = { method: 'PUT', json: { user: 'nobody' }, principal: memberOf(adapter.repositories.public) };
    expect((await adapter.call(target, unknown)).status).toBe(404);
  });

  it('pass on what auth refuses', async () => {
    await publish.publish({ name: 'theirs', version: '1.0.0' });
    const target = '/npm/main/-/package/theirs/owners';
    const add = { method: 'PUT', json: { user: 'mallory' } };
    expect((await adapter.call(target, add)).status).toBe(401);
    expect((await adapter.call(target, { ...add, principal: person() })).status).toBe(403);
    const principal = memberOf(adapter.repositories.public);
    expect((await adapter.call(`${target}/alice`, { method: 'DELETE', principal })).status).toBe(400);
    expect((await adapter.call(target, { ...add, json: {}, principal })).status).toBe(400);
    expect((await adapter.call('/npm/main/-/package/nothing/owners')).status).toBe(404);
    expect((await adapter.call('/npm/secret/-/package/x/owners', { principal: person() })).status).toBe(404);
  });
});
