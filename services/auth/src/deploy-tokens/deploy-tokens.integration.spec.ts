import { randomUUID } from 'node:crypto';
import { repositoryChanged } from '@waybill/contracts';
import type { OrganizationId } from '@waybill/domain';
import { can } from '@waybill/domain';
import { eventually } from '@waybill/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PublishDouble } from '../../test/publish-double.js';
import type { Credential } from '../../test/running-auth.js';
import { type RunningAuth, startAuth } from '../../test/running-auth.js';

let auth: RunningAuth;
let publish: PublishDouble;
let acme: OrganizationId;
const path = '/api/v1/deploy-tokens';

beforeAll(async () => {
  auth = await startAuth();
  publish = new PublishDouble(auth.bus);
  acme = (await auth.organizationId('acme')) as OrganizationId;
});

afterAll(async () => {
  await auth.stop();
});

const create = (repository: string, actions: string[], as: Credential = auth.admin) =>
  auth.http('POST', path, { as, body: { repository, description: 'server', actions } });
const principalOf = (token: unknown) => auth.principal({ token: String(token) });

async function member(username: string, role: string): Promise<Credential> {
  const person = await auth.person(username);
  await auth.http('POST', '/api/v1/orgs/acme/members', { as: auth.admin, body: { username, role } });
  return person.session;
}

describe('deploy tokens', () => {
  it('reach one repository, do what they were given there, and stand for nobody (A4)', async () => {
    const main = publish.create('main', acme);
    const other = publish.create('other', acme);
    const made = await create('main', ['read', 'publish']);
    expect(made.status).toBe(201);
    const principal = await principalOf(made.json['token']);
    expect(principal).toMatchObject({ kind: 'token', installationAdmin: false });
    const may = (action: 'read' | 'publish' | 'yank' | 'manage-access', place: typeof main) =>
      can(principal, action, { kind: 'repository', ...place }).allowed;
    expect([may('read', main), may('publish', main), may('yank', main), may('manage-access', main)]).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect([may('read', other), may('publish', other)]).toEqual([false, false]);
    const listed = await auth.http('GET', `${path}?repository=main`, { as: auth.admin });
    expect(listed.json).toMatchObject({ items: [{ id: made.json['id'], kind: 'deploy' }], next: null });
    const seen = await auth.http('GET', `${path}/main/${String(made.json['id'])}`, { as: auth.admin });
    expect(seen.json).toMatchObject({ description: 'server' });
  });

  it('read only what who makes them was given to read, also where everybody may read for now (A7)', async () => {
    publish.create('open', acme, 'public');
    const nele = await auth.person('nele');
    await auth.query(
      `INSERT INTO grants (grant_id, organization_id, user_id, kind, target, actions, granted_by)
       VALUES ($1, $2, $3, 'organization', 'organization', '{publish,manage-access}', 'test')`,
      [randomUUID(), acme, nele.userId],
    );
    expect((await create('open', ['read'], nele.session)).json['code']).toBe('token.beyond-own');
    expect((await create('open', ['publish'], nele.session)).status).toBe(201);
  });

  it('are made by who manages access, and by nobody do more than they may themselves (A8)', async () => {
    publish.create('team', acme);
    const plain = await member('pia', 'member');
    expect((await create('team', ['read'], plain)).status).toBe(403);
    const manager = await auth.person('max');
    const [user] = await auth.query(`SELECT user_id FROM users WHERE username = 'max'`);
    await auth.query(
      `INSERT INTO grants (grant_id, organization_id, user_id, kind, target, actions, granted_by)
       VALUES ($1, $2, $3, 'organization', 'organization', '{read,manage-access}', 'test')`,
      [randomUUID(), acme, user?.['user_id']],
    );
    expect((await create('team', ['read', 'publish'], manager.session)).json['code']).toBe('token.beyond-own');
    expect((await create('team', ['read'], manager.session)).status).toBe(201);
    expect((await create('team', ['manage-access'])).status).toBe(400);
  });

  it('of what is hidden are like those of what is missing (A3, A6)', async () => {
    publish.create('hidden', acme);
    const { json } = await create('hidden', ['read']);
    const outsider = (await auth.person('olga')).session;
    const hidden = await auth.http('GET', `${path}?repository=hidden`, { as: outsider });
    const missing = await auth.http('GET', `${path}?repository=no-such`, { as: outsider });
    expect([hidden.status, hidden.withoutRequestId]).toEqual([404, missing.withoutRequestId]);
    expect((await create('hidden', ['read'], outsider)).withoutRequestId).toBe(
      (await create('no-such', ['read'], outsider)).withoutRequestId,
    );
    expect((await auth.http('GET', `${path}?repository=hidden`)).status).toBe(401);
    expect((await auth.http('GET', `${path}?repository=hidden&repository=x`, { as: auth.admin })).status).toBe(404);
    publish.create('neighbour', acme);
    const foreign = await auth.http('DELETE', `${path}/neighbour/${String(json['id'])}`, { as: auth.admin });
    const never = await auth.http('DELETE', `${path}/neighbour/${randomUUID()}`, { as: auth.admin });
    expect([foreign.status, foreign.withoutRequestId]).toEqual([404, never.withoutRequestId]);
    expect(await principalOf(json['token'])).toMatchObject({ kind: 'token' });
    const gone = await auth.http('DELETE', `${path}/hidden/${String(json['id'])}`, { as: auth.admin });
    expect(gone.status).toBe(204);
    expect(await principalOf(json['token'])).toEqual({ kind: 'anonymous' });
  });

  it('stay when their creator goes, and are made narrower like any other', async () => {
    const { repositoryId } = publish.create('kept', acme);
    const owner = await member('oda', 'owner');
    const made = await create('kept', ['read', 'publish'], owner);
    await auth.http('PUT', '/api/v1/users/oda/suspension', { as: auth.admin, body: { suspended: true } });
    const as = { token: String(made.json['token']) };
    expect(await auth.principal(as)).toMatchObject({ kind: 'token' });
    const purl = 'pkg:npm/left-pad';
    const child = await auth.http('POST', '/api/v1/tokens/attenuate', {
      as,
      body: { description: 'job', scopes: [{ actions: ['publish'], on: { kind: 'package', repositoryId, purl } }] },
    });
    const principal = await principalOf(child.json['token']);
    const place = { organizationId: acme, repositoryId, visibility: 'private' as const };
    const named = (name: string) => ({ kind: 'package' as const, purl: name as never, ...place });
    expect(can(principal, 'publish', named(purl)).allowed).toBe(true);
    expect(can(principal, 'publish', named('pkg:npm/right-pad')).allowed).toBe(false);
    expect(can(principal, 'read', named(purl)).allowed).toBe(false);
  });

  it('end with the repository, and when it gets another owner; a new one can be made after that', async () => {
    const other = await auth.http('POST', '/api/v1/orgs', { as: auth.admin, body: { name: 'other-owner' } });
    expect(other.status).toBe(201);
    const owner = (await auth.organizationId('other-owner')) as OrganizationId;
    for (const [slug, changes] of [
      ['doomed', [{ deleted: true }, { deleted: false }]],
      ['moved', [{ organizationId: owner, transferredFrom: acme }]],
    ] as const) {
      const repository = publish.create(slug, acme);
      const { json } = await create(slug, ['read']);
      const facts = { ...repository, kind: 'hosted', archived: false, deleted: false, transferredFrom: null };
      for (const [index, change] of changes.entries()) {
        const event = { aggregate: repository.repositoryId, version: index + 2, data: { ...facts, ...change } };
        await auth.emit(repositoryChanged, event);
      }
      await eventually(async () => {
        expect(await principalOf(json['token'])).toEqual({ kind: 'anonymous' });
      });
      expect(await auth.audit(`token:${String(json['id'])}`)).toEqual(['token.create', 'token.revoke']);
      if (slug === 'moved') repository.organizationId = owner;
      await eventually(async () => {
        expect((await create(slug, ['read'])).status).toBe(201);
      });
      expect(await principalOf(json['token'])).toEqual({ kind: 'anonymous' });
    }
  });
});
