import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { can } from '@waybill/domain';
import type { OrganizationId } from '@waybill/domain';
import type { Page } from '../../test/auth-conversation.js';
import type { ProviderAccount, RunningOpenIdServer } from '@waybill/testing';
import { startOpenIdServer } from '@waybill/testing';
import type { RunningAuth } from '../../test/running-auth.js';
import { startAuth } from '../../test/running-auth.js';

let auth: RunningAuth;
let provider: RunningOpenIdServer;

beforeAll(async () => {
  provider = await startOpenIdServer('https://waybill.example/login/sign-on/return');
  auth = await startAuth({
    settings: {
      WAYBILL_SIGN_ON_ISSUER: provider.issuer,
      WAYBILL_SIGN_ON_CLIENT_ID: provider.clientId,
      WAYBILL_SIGN_ON_CLIENT_SECRET: provider.clientSecret,
      WAYBILL_SIGN_ON_NAME: 'Acme ID',
    },
  });
});

afterAll(async () => {
  await auth.stop();
  await provider.stop();
});

const begin = '/login/sign-on';

function cookiesOf(page: Page): Record<string, string> {
  const lines = [page.headers['set-cookie'] ?? []].flat();
  return Object.fromEntries(lines.map((line) => (/^([^=]+)=([^;]*)/.exec(line) ?? []).slice(1) as [string, string]));
}

/** What a browser brings back from the provider: the address, and the cookie of its journey. */
async function away(account: ProviderAccount, target = begin): Promise<{ target: string; cookie: string }> {
  provider.account = account;
  const left = await auth.page(target);
  expect(left.status).toBe(303);
  const back = await provider.visit(String(left.headers['location']));
  const journey = cookiesOf(left)['__Host-waybill_sign_on'] ?? '';
  return { target: `${back.pathname}${back.search}`, cookie: `__Host-waybill_sign_on=${journey}` };
}

async function signOn(account: ProviderAccount): Promise<{ page: Page; session: { session: string } }> {
  const { target, cookie } = await away(account);
  const page = await auth.page(target, { headers: { cookie } });
  return { page, session: { session: cookiesOf(page)['__Host-waybill_session'] ?? '' } };
}

async function userOf(session: { session: string }) {
  const principal = await auth.principal(session);
  if (principal.kind !== 'user') throw new Error(`no session: ${principal.kind}`);
  return principal;
}

describe('signing in with OpenID Connect', () => {
  it('makes an account at the first time, and opens the same one from then on, whatever the person is called then', async () => {
    const carol = { sub: 'c-1', preferred_username: 'Carol.C', email: 'carol@acme.example', email_verified: true };
    const first = await signOn(carol);
    expect(first.page).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' } });
    const user = await userOf(first.session);
    expect(user.username).toBe('carol-c');
    const again = await signOn({ ...carol, preferred_username: 'renamed', email: 'other@acme.example' });
    expect((await userOf(again.session)).userId).toBe(user.userId);
    expect(await auth.audit(`user:${user.userId}`)).toEqual(['user.create']);
  });

  it('takes over no account that has that name or address already (T8, A8)', async () => {
    const alice = await auth.person('alice', { email: 'alice@acme.example' });
    const account = { sub: 'a-1', preferred_username: 'alice', email: 'alice@acme.example', email_verified: true };
    const user = await userOf((await signOn(account)).session);
    expect(user.userId).not.toBe(alice.userId);
    expect(user.username).toBe('alice-2');
  });

  it('makes one account of twenty first sign-ins at once', async () => {
    const account = { sub: 'd-1', preferred_username: 'dora' };
    const journeys = [];
    for (let count = 0; count < 20; count += 1) journeys.push(await away(account));
    const pages = await Promise.all(journeys.map(({ target, cookie }) => auth.page(target, { headers: { cookie } })));
    expect(pages.map(({ status }) => status)).toEqual(pages.map(() => 200));
    expect(await auth.query(`SELECT count(*)::int AS n FROM users WHERE username LIKE 'dora%'`)).toEqual([{ n: 1 }]);
  });

  it('goes on to the login that waits, and nowhere else (W2)', async () => {
    const body = { description: 'waybill on laptop', wish: 'management' };
    const { loginUrl } = (await auth.http('POST', '/api/v1/web-logins', { body })).json;
    const path = new URL(String(loginUrl)).pathname;
    const shown = await auth.page(path);
    const link = /href="([^"]+)">Sign in with Acme ID</.exec(shown.html)?.[1];
    expect(link).toBe(`/login/sign-on?login=${path.split('/').at(-1) ?? ''}`);
    const waiting = await away({ sub: 'e-1', preferred_username: 'eve' }, link);
    const page = await auth.page(waiting.target, { headers: { cookie: waiting.cookie } });
    expect(page.html).toContain(`content="0;url=${path}"`);
    const elsewhere = await away({ sub: 'e-1' }, `${begin}?login=%2F%2Fevil.example`);
    const home = await auth.page(elsewhere.target, { headers: { cookie: elsewhere.cookie } });
    expect(home.html).toContain('content="0;url=/"');
  });

  it('finishes only where it was begun, once, with what the provider answered (W2, T4)', async () => {
    const { target, cookie } = await away({ sub: 'f-1', preferred_username: 'fred' });
    const refused = async (changed: string, cookies?: string) => {
      const page = await auth.page(changed, cookies === undefined ? {} : { headers: { cookie: cookies } });
      expect(page.status).toBe(401);
      expect(cookiesOf(page)['__Host-waybill_session']).toBeUndefined();
    };
    await refused(target);
    await refused(target, (await away({ sub: 'g-1' })).cookie);
    await refused(target.replace(/state=[^&]+/, 'state=other'), cookie);
    await refused(target.replace(/code=[^&]+/, 'code=other'), cookie);
    await refused('/login/sign-on/return?error=access_denied', cookie);
    await refused('/login/sign-on/return', cookie);
    await refused(target, cookie.replace('__Host-', ''));
    expect((await auth.page(target, { headers: { cookie } })).status).toBe(200);
    await refused(target, cookie);
    expect(auth.logLines().join('\n')).not.toContain(/code=([^&]+)/.exec(target)?.[1]);
  });

  it('makes nobody one of the names that are reserved, or that somebody had who was deleted (T8)', async () => {
    const nameOf = async (account: ProviderAccount) => (await userOf((await signOn(account)).session)).username;
    expect(await nameOf({ sub: 'v-1', preferred_username: 'support' })).toBe('support-2');
    expect(await nameOf({ sub: 'v-2', preferred_username: 'vera' })).toBe('vera');
    const body = { confirm: 'vera' };
    expect((await auth.http('DELETE', '/api/v1/users/vera', { as: auth.admin, body })).status).toBe(204);
    expect(await nameOf({ sub: 'v-3', preferred_username: 'vera' })).toBe('vera-2');
  });

  it('does not open a suspended account', async () => {
    const user = await userOf((await signOn({ sub: 's-1', preferred_username: 'sam' })).session);
    const path = `/api/v1/users/${user.username}/suspension`;
    await auth.http('PUT', path, { as: auth.admin, body: { suspended: true } });
    expect((await signOn({ sub: 's-1' })).page.status).toBe(401);
  });

  it('asks for the second factor of an account that has one, too (W7)', async () => {
    const user = await userOf((await signOn({ sub: 't-1', preferred_username: 'tess' })).session);
    await auth.query('UPDATE users SET two_factor_enabled_at = now() WHERE user_id = $1', [user.userId]);
    const { page } = await signOn({ sub: 't-1' });
    expect(page.html).toContain('name="code"');
    const { '__Host-waybill_sign_on': journey = '', '__Host-waybill_session': session } = cookiesOf(page);
    expect(session).toBeUndefined();
    const own = { origin: 'https://waybill.example', 'sec-fetch-site': 'same-origin' };
    const headers = { ...own, cookie: `__Host-waybill_sign_on=${journey}` };
    const wrong = await auth.page('/login/sign-on/code', { form: { code: '000000' }, headers });
    expect(wrong.status).toBe(401);
    expect(cookiesOf(wrong)['__Host-waybill_session']).toBeUndefined();
    const foreign = { ...headers, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
    expect((await auth.page('/login/sign-on/code', { form: { code: '000000' }, headers: foreign })).status).toBe(401);
  });
});

describe('an account and its identities', () => {
  it('is opened by one that its owner has linked, signed in', async () => {
    const person = await auth.person('lena');
    const started = await auth.http('POST', '/api/v1/account/identities/oidc', { as: person.session });
    expect(started.status).toBe(200);
    provider.account = { sub: 'l-1', preferred_username: 'somebody' };
    const back = await provider.visit(String(started.json['url']));
    const cookie = String(started.headers['set-cookie']).split(';')[0] ?? '';
    const page = await auth.page(`${back.pathname}${back.search}`, { headers: { cookie } });
    expect(page.html).toContain('From now on');
    expect((await userOf((await signOn({ sub: 'l-1' })).session)).userId).toBe(person.userId);
    const listed = await auth.http('GET', '/api/v1/account/identities', { as: person.session });
    expect(listed.json['items']).toMatchObject([{ provider: 'oidc' }]);
    expect(await auth.http('DELETE', '/api/v1/account/identities/oidc', { as: person.session })).toMatchObject({
      status: 204,
    });
    expect((await userOf((await signOn({ sub: 'l-1', preferred_username: 'lena' })).session)).username).toBe('lena-2');
  });
});

describe('linking an identity', () => {
  it('is over with the session that began it (A11)', async () => {
    const person = await auth.person('lotte');
    const started = await auth.http('POST', '/api/v1/account/identities/oidc', { as: person.session });
    provider.account = { sub: 'l-2', preferred_username: 'somebody' };
    const back = await provider.visit(String(started.json['url']));
    const cookie = String(started.headers['set-cookie']).split(';')[0] ?? '';
    await auth.http('DELETE', '/api/v1/session', { as: person.session });
    expect((await auth.page(`${back.pathname}${back.search}`, { headers: { cookie } })).status).toBe(401);
    const { session } = await auth.again('lotte');
    expect((await auth.http('GET', '/api/v1/account/identities', { as: session })).json['items']).toEqual([]);
  });
});

describe('what groups of the provider give', () => {
  const path = '/api/v1/orgs/acme/group-mappings';

  async function organization(): Promise<OrganizationId> {
    return (await auth.organizationId('acme')) as OrganizationId;
  }

  it('holds from the next sign-in on, and ends with the group', async () => {
    const made = await auth.http('POST', path, {
      as: auth.admin,
      body: { provider: 'oidc', group: 'Platform', role: 'auditor' },
    });
    expect(made).toMatchObject({ status: 201, json: { group: 'Platform', role: 'auditor', team: null } });
    const account = { sub: 'm-1', preferred_username: 'mia' };
    const resource = { kind: 'organization', organizationId: await organization() } as const;
    const audits = async (groups: string[]) =>
      can(await userOf((await signOn({ ...account, groups })).session), 'audit', resource).allowed;
    expect(await audits(['platform', 'Platform team'])).toBe(false);
    expect(await audits(['Platform'])).toBe(true);
    expect(await audits([])).toBe(false);
  });

  it('ends with the link to the provider, which nothing would follow from then on (A11)', async () => {
    const resource = { kind: 'organization', organizationId: await organization() } as const;
    const { session } = await signOn({ sub: 'q-1', preferred_username: 'quinn', groups: ['Platform'] });
    expect(can(await userOf(session), 'audit', resource).allowed).toBe(true);
    const ended = await auth.http('DELETE', '/api/v1/account/identities/oidc', { as: session });
    expect(ended.status).toBe(204);
    expect((await userOf(session)).grants).toEqual([]);
  });

  it('takes the packages along that somebody owns in the organization (A11)', async () => {
    const account = { sub: 'r-1', preferred_username: 'rosa' };
    const { session } = await signOn({ ...account, groups: ['Platform'] });
    const { userId } = await userOf(session);
    const key = [randomUUID(), 'pkg:npm/left-pad'];
    await auth.query(
      'INSERT INTO package_ownerships (repository_id, package_purl, organization_id) VALUES ($1, $2, $3)',
      [...key, await organization()],
    );
    await auth.query(
      'INSERT INTO package_owners (repository_id, package_purl, user_id, granted) VALUES ($1, $2, $3, true)',
      [...key, userId],
    );
    expect((await userOf(session)).grants.map(({ kind }) => kind)).toEqual(['organization', 'package']);
    await signOn({ ...account, groups: [] });
    expect((await userOf(session)).grants).toEqual([]);
  });

  it('leaves alone what was given by hand (A8)', async () => {
    const user = await userOf((await signOn({ sub: 'n-1', preferred_username: 'nora' })).session);
    const body = { username: user.username, role: 'member' };
    await auth.http('POST', '/api/v1/orgs/acme/members', { as: auth.admin, body });
    await signOn({ sub: 'n-1', groups: ['Platform'] });
    await signOn({ sub: 'n-1', groups: [] });
    const members = await auth.http('GET', '/api/v1/orgs/acme/members', { as: auth.admin });
    expect(members.json['items']).toContainEqual(expect.objectContaining(body));
  });

  it('is for who manages access to say; no group makes owners', async () => {
    const member = await auth.person('olga');
    const body = { provider: 'oidc', group: 'x', role: 'member' };
    expect(await auth.http('POST', path, { as: member.session, body })).toMatchObject({ status: 404 });
    expect(await auth.http('POST', path, { as: auth.admin, body: { ...body, role: 'owner' } })).toMatchObject({
      status: 400,
    });
    expect(await auth.http('POST', path, { as: auth.admin, body: { ...body, group: 'Platform' } })).toMatchObject({
      status: 409,
    });
  });
});
