import { randomUUID } from 'node:crypto';
import type { OrganizationId } from '@waybill/domain';
import { can, isTokenText } from '@waybill/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Credential } from '../../test/running-auth.js';
import { type RunningAuth, startAuth } from '../../test/running-auth.js';

let auth: RunningAuth;
let acme: OrganizationId;
const accounts = '/api/v1/orgs/acme/service-accounts';

beforeAll(async () => {
  auth = await startAuth();
  acme = (await auth.organizationId('acme')) as OrganizationId;
});

afterAll(async () => {
  await auth.stop();
});

const create = (name: string, as: Credential = auth.admin) =>
  auth.http('POST', accounts, { as, body: { name, description: 'builds' } });
const scopes = [{ actions: ['read', 'publish'], on: { kind: 'organization', organization: 'acme' } }];
const tokenOf = (name: string, as: Credential = auth.admin, more: object = {}) =>
  auth.http('POST', `${accounts}/${name}/tokens`, { as, body: { description: 'ci', scopes, ...more } });
const works = async (token: unknown) => (await auth.introspect({ token: String(token) })).principal !== null;

async function member(username: string, role: string): Promise<Credential> {
  const person = await auth.person(username);
  await auth.http('POST', '/api/v1/orgs/acme/members', { as: auth.admin, body: { username, role } });
  return person.session;
}

describe('service accounts', () => {
  it('are made by who manages access, and listed by name, a page at a time', async () => {
    for (const name of ['bot-a', 'bot-b', 'bot-c']) expect((await create(name)).status).toBe(201);
    const first = await auth.http('GET', `${accounts}?limit=2`, { as: auth.admin });
    expect(first.json).toMatchObject({
      items: [{ name: 'bot-a', username: 'acme/bot-a', description: 'builds', suspended: false }, { name: 'bot-b' }],
    });
    const second = await auth.http('GET', `${accounts}?limit=2&cursor=${String(first.json['next'])}`, {
      as: auth.admin,
    });
    expect(second.json).toMatchObject({ items: [{ name: 'bot-c' }], next: null });
    expect((await create('bot-a')).json['code']).toBe('service-account.name-taken');
    expect((await create('No Slug')).status).toBe(400);
  });

  it('are nobody else’s business (A3, A6)', async () => {
    await create('secret-bot');
    const outsider = (await auth.person('olga')).session;
    const plain = await member('mia', 'member');
    const answers = await Promise.all([
      auth.http('GET', accounts, { as: outsider }),
      auth.http('GET', `${accounts}/secret-bot`, { as: outsider }),
      auth.http('GET', accounts.replace('acme', 'no-such'), { as: outsider }),
      auth.http('GET', `${accounts}/secret-bot/tokens`, { as: plain }),
      create('mias-bot', plain),
      tokenOf('secret-bot', plain),
      auth.http('GET', accounts),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 403, 403, 403, 401]);
    expect(answers[0].withoutRequestId).toBe(answers[2].withoutRequestId);
    const other = await auth.http('POST', '/api/v1/orgs', { as: auth.admin, body: { name: 'other' } });
    expect(other.status).toBe(201);
    const elsewhere = '/api/v1/orgs/other/service-accounts/secret-bot';
    expect((await auth.http('GET', elsewhere, { as: auth.admin })).status).toBe(404);
    expect((await auth.http('DELETE', elsewhere, { as: auth.admin })).status).toBe(404);
  });

  it('come with tokens that do what their grants allow and no more, never with a password', async () => {
    await create('builder');
    const made = await tokenOf('builder');
    expect(made.status).toBe(201);
    expect(isTokenText(String(made.json['token']))).toBe(true);
    const { principal } = await auth.introspect({ token: String(made.json['token']) });
    expect(principal).toMatchObject({ kind: 'token', username: 'acme/builder', installationAdmin: false, grants: [] });
    const place = { organizationId: acme, repositoryId: randomUUID() as never, visibility: 'private' as const };
    expect(can(principal!, 'read', { kind: 'repository', ...place }).allowed).toBe(false);
    const [row] = await auth.query(`SELECT password_hash FROM users WHERE username = 'acme/builder'`);
    expect(row?.['password_hash']).toBeNull();
    expect((await auth.signIn('acme/builder', '')).status).toBe(400);
    expect((await auth.signIn('acme/builder', 'a password for tests')).status).toBe(401);
    const listed = await auth.http('GET', `${accounts}/builder/tokens`, { as: auth.admin });
    expect(listed.json).toMatchObject({ items: [{ kind: 'service', description: 'ci' }], next: null });
    const audited = await auth.query(
      `SELECT organization_id FROM audit_events WHERE action = 'token.create' AND subject = $1`,
      [`token:${String(made.json['id'])}`],
    );
    expect(audited).toEqual([{ organization_id: acme }]);
  });

  it('end with their tokens when they are suspended or deleted, and their names are not used again', async () => {
    const { headers } = await create('worker');
    const first = await tokenOf('worker');
    const child = await auth.http('POST', '/api/v1/tokens/attenuate', {
      as: { token: String(first.json['token']) },
      body: { description: 'job' },
    });
    expect(child.status).toBe(201);
    const stale = await auth.http('PATCH', `${accounts}/worker`, {
      as: auth.admin,
      body: { suspended: true },
      headers: { 'if-match': '"99"' },
    });
    expect([stale.status, stale.json['code']]).toEqual([412, 'etag.stale']);
    const suspended = await auth.http('PATCH', `${accounts}/worker`, {
      as: auth.admin,
      body: { suspended: true },
      headers: { 'if-match': String(headers['etag']) },
    });
    expect(suspended.json).toMatchObject({ suspended: true, description: 'builds' });
    expect([await works(first.json['token']), await works(child.json['token'])]).toEqual([false, false]);
    expect((await tokenOf('worker')).json['code']).toBe('token.owner-suspended');
    await auth.http('PATCH', `${accounts}/worker`, { as: auth.admin, body: { suspended: false } });
    expect(await works(first.json['token'])).toBe(false);
    const second = await tokenOf('worker');
    expect((await auth.http('DELETE', `${accounts}/worker`, { as: auth.admin })).status).toBe(204);
    expect(await works(second.json['token'])).toBe(false);
    expect((await auth.http('GET', `${accounts}/worker`, { as: auth.admin })).status).toBe(404);
    expect((await create('worker')).json['code']).toBe('service-account.name-taken');
    const [user] = await auth.query(`SELECT user_id FROM users WHERE username = 'acme/worker'`);
    expect(await auth.audit(`user:${String(user?.['user_id'])}`)).toEqual([
      'service-account.create',
      'service-account.change',
      'service-account.change',
      'service-account.delete',
    ]);
  });

  it('get no token that may do more than who makes it, or than the token that asks (A4, A8)', async () => {
    await create('climber');
    const owner = await auth.person('otto');
    await auth.http('POST', '/api/v1/orgs/acme/members', {
      as: auth.admin,
      body: { username: 'otto', role: 'owner' },
    });
    const narrow = await auth.token(owner, [
      { actions: ['read', 'manage-access'], on: { kind: 'organization', organizationId: acme } },
    ]);
    expect((await tokenOf('climber', narrow)).json['code']).toBe('token.beyond-ceiling');
    const reading = [{ actions: ['read'], on: { kind: 'organization', organization: 'acme' } }];
    const made = await tokenOf('climber', narrow, { scopes: reading });
    expect(made.status).toBe(201);
    const child = await auth.http('POST', '/api/v1/tokens/attenuate', { as: narrow, body: { description: 'x' } });
    const byChild = await tokenOf('climber', { token: String(child.json['token']) }, { scopes: reading });
    expect(byChild.json['code']).toBe('token.beyond-ceiling');
    // Where that token leaks, what it made ends as well.
    await auth.http('POST', '/api/v1/leaked-tokens', { body: { token: narrow.token }, asUpload: true });
    expect(await works(made.json['token'])).toBe(false);
  });

  it('get no token for packages from who may do nothing to them, whatever they do to the organization (A8)', async () => {
    await create('packer');
    const eve = await member('eve', 'member');
    const body = { subject: { user: 'eve' }, on: { organization: 'acme' }, actions: ['read', 'manage-access'] };
    expect((await auth.http('PUT', '/api/v1/orgs/acme/grants', { as: auth.admin, body })).status).toBe(200);
    const base = (basePermission: string) =>
      auth.http('PATCH', '/api/v1/orgs/acme', { as: auth.admin, body: { basePermission } });
    await base('read');
    expect((await tokenOf('packer', eve)).json['code']).toBe('token.beyond-own');
    await base('publish');
    expect((await tokenOf('packer', eve)).status).toBe(201);
  });

  it('have their tokens revoked by id only as theirs (A3)', async () => {
    await create('one');
    await create('two');
    const { json } = await tokenOf('one');
    const at = (name: string, id: string) =>
      auth.http('DELETE', `${accounts}/${name}/tokens/${id}`, { as: auth.admin });
    const foreign = await at('two', String(json['id']));
    const missing = await at('two', randomUUID());
    expect([foreign.status, foreign.withoutRequestId]).toEqual([404, missing.withoutRequestId]);
    expect((await at('two', 'nonsense')).withoutRequestId).toBe(missing.withoutRequestId);
    expect(await works(json['token'])).toBe(true);
    const answers = await Promise.all(Array.from({ length: 50 }, () => at('one', String(json['id']))));
    expect(answers.every(({ status }) => status === 204 || status === 404)).toBe(true);
    expect(await auth.audit(`token:${String(json['id'])}`)).toEqual(['token.create', 'token.revoke']);
  });

  it('get tokens that live no longer than the organization lets them', async () => {
    const policy = '/api/v1/orgs/acme/token-policy';
    await create('short');
    const first = await auth.http('GET', policy, { as: auth.admin });
    expect(first.json).toEqual({ maxTokenDays: null });
    const inThirtyDays = new Date(Date.now() + 30 * 86_400_000).toISOString();
    const set = (maxTokenDays: unknown, etag: unknown) =>
      auth.http('PUT', policy, { as: auth.admin, body: { maxTokenDays }, headers: { 'if-match': String(etag) } });
    const changed = await set(7, first.headers['etag']);
    expect([changed.status, changed.json]).toEqual([200, { maxTokenDays: 7 }]);
    expect((await set(9, first.headers['etag'])).status).toBe(412);
    expect((await set(0, changed.headers['etag'])).status).toBe(400);
    const days = (text: unknown) => (Date.parse(String(text)) - Date.now()) / 86_400_000;
    expect(days((await tokenOf('short')).json['expiresAt'])).toBeCloseTo(7, 1);
    expect((await tokenOf('short', auth.admin, { expiresAt: inThirtyDays })).json['code']).toBe('token.expiry');
    const admin = await auth.http('POST', '/api/v1/tokens', {
      as: auth.admin,
      body: { description: 'mine', preset: 'read-only', expiresAt: inThirtyDays },
    });
    expect(admin.status).toBe(201);
    const outsider = (await auth.person('olga')).session;
    expect((await auth.http('GET', policy, { as: outsider })).status).toBe(404);
    expect((await auth.http('PUT', policy, { as: outsider, body: { maxTokenDays: 1 } })).status).toBe(404);
  });
});
