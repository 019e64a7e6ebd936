import { organizationChanged } from '@waybill/contracts';
import type { OrganizationId } from '@waybill/domain';
import { can } from '@waybill/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PublishDouble } from '../../test/publish-double.js';
import type { Credential, Person } from '../../test/running-auth.js';
import { type RunningAuth, startAuth } from '../../test/running-auth.js';

let auth: RunningAuth;
let publish: PublishDouble;

beforeAll(async () => {
  auth = await startAuth();
});

afterAll(async () => {
  await auth.stop();
});

async function organization(name: string): Promise<{ owner: Person; organizationId: OrganizationId; path: string }> {
  const owner = await auth.person(`owner-of-${name}`);
  const made = await auth.http('POST', '/api/v1/orgs', { as: auth.admin, body: { name, owner: owner.username } });
  expect(made.status).toBe(201);
  return { owner, organizationId: made.json['id'] as OrganizationId, path: `/api/v1/orgs/${name}` };
}

async function member(path: string, username: string, role: string): Promise<Person> {
  const person = await auth.person(username);
  const body = { username, role };
  expect((await auth.http('POST', `${path}/members`, { as: auth.admin, body })).status).toBe(201);
  return person;
}

const secondFactor = (of: Person) =>
  auth.query('UPDATE users SET two_factor_enabled_at = now() WHERE user_id = $1', [of.userId]);
const patch = (path: string, as: Credential, body: object, headers = {}) =>
  auth.http('PATCH', path, { as, body, headers });

describe('settings of an organization', () => {
  it('are read with an entity tag and changed only as they were read; each change is one event and one audit (W9)', async () => {
    const { owner, organizationId, path } = await organization('settled');
    const read = await auth.http('GET', path, { as: owner.session });
    expect([read.headers['etag'], read.json]).toMatchObject(['"1"', { basePermission: 'publish', displayName: null }]);
    const changed = await patch(
      path,
      owner.session,
      { displayName: 'Settled', privateMembers: true },
      { 'if-match': '"1"' },
    );
    expect([changed.status, changed.headers['etag'], changed.json['displayName']]).toEqual([200, '"2"', 'Settled']);
    expect((await patch(path, owner.session, { displayName: 'x' }, { 'if-match': '"1"' })).status).toBe(412);
    expect((await patch(path, owner.session, { displayName: null })).json['displayName']).toBeNull();
    expect((await patch(path, owner.session, { displayName: null })).headers['etag']).toBe('"3"');
    expect((await patch(path, owner.session, { basePermission: null })).status).toBe(400);
    expect((await patch(path, owner.session, { name: 'other' })).status).toBe(400);
    expect(await auth.events(organizationChanged, organizationId)).toMatchObject([{ deleted: false }, {}]);
    expect(await auth.audit(`organization:${organizationId}`)).toEqual([
      'organization.create',
      'organization.change',
      'organization.change',
    ]);
  });

  it('ask a person for a fresh proof (W7), and are not there for outsiders (A6)', async () => {
    const { owner, path } = await organization('guarded');
    const out = await auth.person('outsider');
    await member(path, 'plain', 'member');
    const plain = await auth.again('plain');
    const hidden = await patch(path, out.session, { description: 'x' });
    const missing = await patch('/api/v1/orgs/nowhere-at-all', out.session, { description: 'x' });
    expect([hidden.status, missing.status]).toEqual([404, 404]);
    expect(hidden.withoutRequestId).toBe(missing.withoutRequestId);
    expect((await patch(path, plain.session, { description: 'x' })).status).toBe(403);
    await auth.query(`UPDATE sessions SET proven_at = now() - interval '1 hour' WHERE user_id = $1`, [owner.userId]);
    const stale = await patch(path, owner.session, { description: 'x' });
    expect([stale.status, stale.json['code']]).toEqual([403, 'auth.step-up-required']);
  });

  it('let plain members do no more than the base permission, from the answer on (A11)', async () => {
    const { owner, organizationId, path } = await organization('based');
    const plain = await member(path, 'based-member', 'member');
    const resource = (await import('./organization.rules.js')).anyPackageOf(organizationId);
    const may = async () => {
      const principal = await auth.principal(plain.session);
      return [can(principal, 'read', resource).allowed, can(principal, 'publish', resource).allowed];
    };
    expect(await may()).toEqual([true, true]);
    await patch(path, owner.session, { basePermission: 'read' });
    expect(await may()).toEqual([true, false]);
    await patch(path, owner.session, { basePermission: 'none' });
    expect(await may()).toEqual([false, false]);
  });

  it('require two factors only if the owner who says so has two; then persons with one have nothing from it, nor have their tokens', async () => {
    const { owner, organizationId, path } = await organization('twofold');
    const admin = await member(path, 'twofold-admin', 'admin');
    const plain = await member(path, 'twofold-plain', 'member');
    const token = await auth.token(plain, [{ actions: ['read'], on: { kind: 'everything' } }]);
    const refused = await patch(path, owner.session, { twoFactorRequired: true });
    expect([refused.status, refused.json['code']]).toEqual([409, 'organization.no-second-factor']);
    await secondFactor(owner);
    await secondFactor(admin);
    expect((await patch(path, admin.session, { twoFactorRequired: true })).status).toBe(403);
    expect((await patch(path, owner.session, { twoFactorRequired: true })).status).toBe(200);
    const grants = async (credential: Credential) => {
      const principal = await auth.principal(credential);
      return principal.kind === 'anonymous' ? [] : principal.grants;
    };
    expect(await grants(owner.session)).toMatchObject([{ organizationId, role: 'owner' }]);
    expect(await grants(plain.session)).toEqual([]);
    expect(await grants({ token: token.token })).toEqual([]);
    await secondFactor(plain);
    expect(await grants({ token: token.token })).toMatchObject([{ organizationId }]);
  });

  it('and capabilities say what one may do', async () => {
    const { owner, path } = await organization('capable');
    const plain = await member(path, 'capable-plain', 'auditor');
    const of = async (as: Credential) => (await auth.http('GET', `${path}/capabilities`, { as })).json;
    expect(await of(owner.session)).toMatchObject({
      role: 'owner',
      may: { transfer: true, delete: true, leave: true },
    });
    expect(await of(plain.session)).toMatchObject({
      role: 'auditor',
      organization: ['read', 'review-findings', 'audit'],
      packages: ['read', 'review-findings', 'audit'],
      may: { manageMembers: false, readAudit: true, delete: false, leave: true },
    });
    expect((await of(auth.admin))['may']).toMatchObject({ manageMembers: true, transfer: false, delete: true });
  });
});

describe('the list of organizations', () => {
  it('comes in pages that name the next one', async () => {
    await organization('paged-a');
    const first = await auth.http('GET', '/api/v1/orgs?limit=1', { as: auth.admin });
    expect(first.json['items']).toHaveLength(1);
    const next = /^<(.*)>; rel="next"$/.exec(String(first.headers['link']))?.[1] ?? '';
    const second = await auth.http('GET', next, { as: auth.admin });
    expect(second.json['items']).toHaveLength(1);
    expect(second.json['items']).not.toEqual(first.json['items']);
    expect((await auth.http('GET', '/api/v1/orgs?cursor=nonsense', { as: auth.admin })).status).toBe(400);
  });
});

describe('handing an organization over', () => {
  it('makes the member an owner and the caller an admin; of 50 at a time one wins', async () => {
    const { owner, organizationId, path } = await organization('handed');
    const heirs = await Promise.all(['heir-a', 'heir-b'].map((name) => member(path, name, 'member')));
    const transfer = (username: string) =>
      auth.http('POST', `${path}/transfer`, { as: owner.session, body: { username } });
    expect((await transfer('outsider')).status).toBe(404);
    const before = await auth.principal(owner.session);
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        auth.httpAs('POST', `${path}/transfer`, before, { body: { username: heirs[index % 2]?.username } }),
      ),
    );
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
    expect(answers.every(({ status }) => status === 204 || status === 409)).toBe(true);
    const roles = await auth.query(`SELECT role FROM memberships WHERE organization_id = $1 ORDER BY role`, [
      organizationId,
    ]);
    expect(roles.map((row) => row['role'])).toEqual(['admin', 'member', 'owner']);
    const audited = await auth.audit(`organization:${organizationId}`);
    expect(audited.filter((action) => action === 'organization.transfer')).toHaveLength(1);
    expect((await transfer('heir-a')).status).toBe(403);
  });
});

describe('deleting an organization', () => {
  it('waits for somebody who knows what it owns (fail closed)', async () => {
    const { owner, path } = await organization('unknown-yet');
    const answer = await auth.http('DELETE', path, { as: owner.session, body: { confirm: 'unknown-yet' } });
    expect(answer.status).toBe(503);
    publish = new PublishDouble(auth.bus);
  });

  it('is refused while it owns anything, to admins, and without its name; then all that it gave ends and its name stays taken', async () => {
    const { owner, organizationId, path } = await organization('doomed');
    const admin = await member(path, 'doomed-admin', 'admin');
    const body = { confirm: 'doomed' };
    const remove = (as: Credential, confirm = 'doomed') => auth.http('DELETE', path, { as, body: { confirm } });
    expect((await remove(admin.session)).status).toBe(403);
    publish.create('doomed-repository', organizationId);
    const owning = await remove(owner.session);
    expect([owning.status, owning.json['code']]).toEqual([409, 'organization.not-empty']);
    publish.remove('doomed-repository');
    expect((await remove(owner.session, 'doome')).json['code']).toBe('organization.confirm');
    const principal = await auth.principal(owner.session);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => auth.httpAs('DELETE', path, principal, { body })),
    );
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
    expect(answers.every(({ status }) => status === 204 || status === 404)).toBe(true);
    expect(await auth.principal(admin.session)).toMatchObject({ grants: [] });
    expect(await auth.events(organizationChanged, organizationId)).toMatchObject([{ deleted: true, name: 'doomed' }]);
    const audited = await auth.audit(`organization:${organizationId}`);
    expect(audited.filter((action) => action === 'organization.delete')).toHaveLength(1);
    const again = await auth.http('POST', '/api/v1/orgs', { as: auth.admin, body: { name: 'doomed' } });
    expect([again.status, again.json['code']]).toEqual([409, 'organization.name-taken']);
  });
});

describe('an installation where everybody founds organizations', () => {
  it('lets a person found one for themselves, and nobody else; no service account founds any', async () => {
    const open = await startAuth({ settings: { WAYBILL_ORGANIZATION_CREATION: 'everybody' } });
    try {
      const ada = await open.person('ada');
      await open.person('ben');
      const found = (as: Credential, body: object, headers = {}) =>
        open.http('POST', '/api/v1/orgs', { as, body, headers });
      const key = { 'idempotency-key': 'once-and-no-more' };
      const made = await found(ada.session, { name: 'ada-inc' }, key);
      expect(made.status).toBe(201);
      expect((await found(ada.session, { name: 'ada-inc' }, key)).json).toEqual(made.json);
      expect((await found(ada.session, { name: 'for-ben', owner: 'ben' })).json['code']).toBe(
        'organization.admins-only',
      );
      expect((await open.http('POST', '/api/v1/orgs', { body: { name: 'nobody' } })).status).toBe(401);
      const narrow = await open.token(ada, [{ actions: ['read', 'publish'], on: { kind: 'everything' } }]);
      expect((await found({ token: narrow.token }, { name: 'by-token' })).status).toBe(403);
      await open.query(`UPDATE users SET kind = 'service', organization_id = $1 WHERE username = 'ben'`, [
        made.json['id'],
      ]);
      const ben = await open.principal((await open.again('ben')).session);
      const byMachine = await open.httpAs('POST', '/api/v1/orgs', ben, { body: { name: 'by-machine' } });
      expect([401, 404]).toContain(byMachine.status);
    } finally {
      await open.stop();
    }
  });
});
