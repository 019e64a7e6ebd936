import { listMembers, removeMember, setMember } from '@waybill/contracts';
import type { Role } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answering } from '../../test/answering.js';
import { person } from '../../test/principals.js';
import type { RunningAdapter } from '../../test/running-adapter.js';
import { startAdapter } from '../../test/running-adapter.js';

let adapter: RunningAdapter;
const members = new Map<string, Role>([['alice', 'owner']]);

beforeAll(async () => {
  adapter = await startAdapter();
  answering(adapter.operator, listMembers, ({ organization }) => {
    if (organization !== 'acme') throw new DomainError('not-found', 'organization.not-found', 'There is no such one.');
    return { members: [...members].map(([username, role]) => ({ username, role })) };
  });
  answering(adapter.operator, setMember, ({ username, role, externalUrl }) => {
    if (username === 'dora') return { members: members.size, invited: externalUrl !== undefined };
    return { members: members.set(username, role).size };
  });
  answering(adapter.operator, removeMember, ({ username }) => ({ removed: members.delete(username) }));
});

afterAll(async () => {
  await adapter.stop();
});

describe('npm org', () => {
  const target = '/npm/main/-/org/acme/user';

  it('adds, lists and removes members, with npm’s word for a member', async () => {
    const principal = person();
    const added = await adapter.call(target, { method: 'PUT', json: { user: '@bob', role: 'developer' }, principal });
    expect(added.json()).toEqual({ org: { name: 'acme', size: 2 }, user: 'bob', role: 'developer' });
    expect(members.get('bob')).toBe('member');
    await adapter.call(target, { method: 'PUT', json: { user: 'carol', role: 'admin' }, principal });
    expect((await adapter.call(target, { principal })).json()).toEqual({
      alice: 'owner',
      bob: 'developer',
      carol: 'admin',
    });
    expect((await adapter.call(target, { method: 'DELETE', json: { user: 'bob' }, principal })).status).toBe(204);
    expect((await adapter.call(target, { principal })).json()).not.toHaveProperty('bob');
  });

  it('says of who is invited that they are no member yet, where npm prints it (A6)', async () => {
    const principal = person();
    const size = members.size;
    const invited = await adapter.call(target, { method: 'PUT', json: { user: 'dora' }, principal });
    expect(invited.json()).toEqual({ org: { name: 'acme', size }, user: 'dora', role: 'developer' });
    expect(invited.headers['npm-notice']).toMatch(/invited/);
    const changed = await adapter.call(target, { method: 'PUT', json: { user: 'alice', role: 'owner' }, principal });
    expect(changed.headers['npm-notice']).toBeUndefined();
  });

  it('needs somebody, a user and a role that there is', async () => {
    const principal = person();
    expect((await adapter.call(target)).status).toBe(401);
    expect((await adapter.call(target, { method: 'PUT', json: { user: 'x' } })).status).toBe(401);
    expect((await adapter.call(target, { method: 'DELETE', json: { user: 'x' } })).status).toBe(401);
    expect((await adapter.call(target, { method: 'PUT', json: {}, principal })).status).toBe(400);
    expect((await adapter.call(target, { method: 'PUT', json: { user: 'x', role: 'god' }, principal })).status).toBe(
      400,
    );
    expect((await adapter.call('/npm/main/-/org/other/user', { principal })).status).toBe(404);
  });
});
