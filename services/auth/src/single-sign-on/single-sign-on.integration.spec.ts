import type { ProviderAccount } from '@waybill/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningAuth } from '../../test/running-auth.js';
import { beginPath, cookiesOf, SignOnGround } from '../../test/sign-on-ground.js';

let ground: SignOnGround;
let auth: RunningAuth;

beforeAll(async () => {
  ground = await SignOnGround.start();
  ({ auth } = ground);
});

afterAll(() => ground.stop());

describe('signing in with OpenID Connect', () => {
  it('makes an account at the first time, and opens the same one from then on, whatever the person is called then', async () => {
    const carol = { sub: 'c-1', preferred_username: 'Carol.C', email: 'carol@acme.example', email_verified: true };
    const first = await ground.signOn(carol);
    expect(first.page).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' } });
    const user = await ground.userOf(first.session);
    expect(user.username).toBe('carol-c');
    const again = await ground.signOn({ ...carol, preferred_username: 'renamed', email: 'other@acme.example' });
    expect((await ground.userOf(again.session)).userId).toBe(user.userId);
    expect(await auth.audit(`user:${user.userId}`)).toEqual(['user.create']);
  });

  it('takes over no account that has that name or address already (T8, A8)', async () => {
    const alice = await auth.person('alice', { email: 'alice@acme.example' });
    const account = { sub: 'a-1', preferred_username: 'alice', email: 'alice@acme.example', email_verified: true };
    const user = await ground.userOf((await ground.signOn(account)).session);
    expect(user.userId).not.toBe(alice.userId);
    expect(user.username).toBe('alice-2');
  });

  it('makes one account of twenty first sign-ins at once', async () => {
    const account = { sub: 'd-1', preferred_username: 'dora' };
    const journeys = [];
    for (let count = 0; count < 20; count += 1) journeys.push(await ground.away(account));
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
    const waiting = await ground.away({ sub: 'e-1', preferred_username: 'eve' }, link);
    const page = await auth.page(waiting.target, { headers: { cookie: waiting.cookie } });
    expect(page.html).toContain(`content="0;url=${path}"`);
    const elsewhere = await ground.away({ sub: 'e-1' }, `${beginPath}?login=%2F%2Fevil.example`);
    const home = await auth.page(elsewhere.target, { headers: { cookie: elsewhere.cookie } });
    expect(home.html).toContain('content="0;url=/"');
  });

  it('finishes only where it was begun, once, with what the provider answered (W2, T4)', async () => {
    const { target, cookie } = await ground.away({ sub: 'f-1', preferred_username: 'fred' });
    const refused = async (changed: string, cookies?: string) => {
      const page = await auth.page(changed, cookies === undefined ? {} : { headers: { cookie: cookies } });
      expect(page.status).toBe(401);
      expect(cookiesOf(page)['__Host-waybill_session']).toBeUndefined();
    };
    await refused(target);
    await refused(target, (await ground.away({ sub: 'g-1' })).cookie);
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
    const nameOf = async (account: ProviderAccount) =>
      (await ground.userOf((await ground.signOn(account)).session)).username;
    expect(await nameOf({ sub: 'v-1', preferred_username: 'support' })).toBe('support-2');
    expect(await nameOf({ sub: 'v-2', preferred_username: 'vera' })).toBe('vera');
    const body = { confirm: 'vera' };
    expect((await auth.http('DELETE', '/api/v1/users/vera', { as: auth.admin, body })).status).toBe(204);
    expect(await nameOf({ sub: 'v-3', preferred_username: 'vera' })).toBe('vera-2');
  });

  it('does not open a suspended account', async () => {
    const user = await ground.userOf((await ground.signOn({ sub: 's-1', preferred_username: 'sam' })).session);
    const path = `/api/v1/users/${user.username}/suspension`;
    await auth.http('PUT', path, { as: auth.admin, body: { suspended: true } });
    expect((await ground.signOn({ sub: 's-1' })).page.status).toBe(401);
  });

  it('asks for the second factor of an account that has one, too (W7)', async () => {
    const user = await ground.userOf((await ground.signOn({ sub: 't-1', preferred_username: 'tess' })).session);
    await auth.query('UPDATE users SET two_factor_enabled_at = now() WHERE user_id = $1', [user.userId]);
    const { page } = await ground.signOn({ sub: 't-1' });
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
