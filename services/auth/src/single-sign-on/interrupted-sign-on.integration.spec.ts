import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Person, RunningAuth } from '../../test/running-auth.js';
import { cookiesOf, SignOnGround } from '../../test/sign-on-ground.js';
import { codeOf, confirmSecondFactor, twoFactorPath } from '../../test/two-factor-ground.js';

let ground: SignOnGround;
let auth: RunningAuth;

beforeAll(async () => {
  ground = await SignOnGround.start();
  ({ auth } = ground);
});

afterAll(() => ground.stop());

interface AtCodePage {
  readonly person: Person;
  readonly secret: string;
  readonly recoveryCodes: readonly string[];
  readonly cookie: string;
}

/** Somebody with a linked identity and a second factor, whose browser stops at the page that asks for the code. */
async function atCodePage(username: string): Promise<AtCodePage> {
  const person = await auth.person(username);
  const linked = await ground.link(person.session, { sub: username });
  expect(linked.status).toBe(200);
  const begun = await auth.http('POST', twoFactorPath, { as: person.session });
  const secret = String(begun.json['secret']);
  const confirmed = await confirmSecondFactor(auth, person.session, secret);
  expect(confirmed.status).toBe(200);
  const recoveryCodes = confirmed.json['recoveryCodes'] as string[];
  return { person, secret, recoveryCodes, cookie: await vouched(username) };
}

async function vouched(sub: string): Promise<string> {
  const { page } = await ground.signOn({ sub });
  expect(page.html).toContain('name="code"');
  return `__Host-waybill_sign_on=${cookiesOf(page)['__Host-waybill_sign_on'] ?? ''}`;
}

/** The status of the answer, and whether it has a session. */
async function enter(cookie: string, code: string): Promise<[number, boolean]> {
  const headers = { origin: 'https://waybill.example', 'sec-fetch-site': 'same-origin', cookie };
  const page = await auth.page('/login/sign-on/code', { form: { code }, headers });
  return [page.status, (cookiesOf(page)['__Host-waybill_session'] ?? '') !== ''];
}

const sessionsOf = async ({ userId }: Person) =>
  (await auth.query('SELECT count(*)::int AS n FROM sessions WHERE user_id = $1', [userId]))[0]?.['n'];

describe('a sign-on that stops at the page for the second factor', () => {
  it('goes on with the code', async () => {
    const { secret, cookie } = await atCodePage('ada');
    expect(await enter(cookie, '000000')).toEqual([401, false]);
    expect(await enter(cookie, codeOf(secret))).toEqual([201, true]);
  });

  it.each<[string, string, (person: Person) => Promise<number>]>([
    [
      'an administrator resets the password and unlinks all',
      'ben',
      async ({ username }) => {
        const body = { unlinkIdentities: true };
        return (await auth.http('POST', `/api/v1/users/${username}/password-reset`, { as: auth.admin, body })).status;
      },
    ],
    [
      'the password is changed',
      'dan',
      async ({ username }) => {
        const body = { newPassword: 'another good password' };
        return (await auth.http('PUT', `/api/v1/users/${username}/password`, { as: auth.admin, body })).status;
      },
    ],
    [
      'the account was suspended, and is not any more',
      'eve',
      async ({ username }) => {
        const path = `/api/v1/users/${username}/suspension`;
        await auth.http('PUT', path, { as: auth.admin, body: { suspended: true } });
        return (await auth.http('PUT', path, { as: auth.admin, body: { suspended: false } })).status;
      },
    ],
  ])('ends when %s (A11, W7)', async (_what, username, end) => {
    const { person, secret, cookie } = await atCodePage(username);
    expect(await end(person)).toBeLessThan(300);
    expect(await enter(cookie, codeOf(secret))).toEqual([401, false]);
    expect(await sessionsOf(person)).toBe(0);
  });

  it('ends when the identity is unlinked, also if it is linked again, and when all other sessions are ended (A11, W7)', async () => {
    const { person, secret, recoveryCodes, cookie } = await atCodePage('fay');
    const path = '/api/v1/account/identities/oidc';
    expect((await auth.http('DELETE', path, { as: person.session })).status).toBe(204);
    expect(await enter(cookie, codeOf(secret))).toEqual([401, false]);
    expect((await ground.link(person.session, { sub: 'fay' })).status).toBe(200);
    expect(await enter(cookie, recoveryCodes[0] ?? '')).toEqual([401, false]);
    const later = await vouched('fay');
    expect((await auth.http('DELETE', '/api/v1/account/sessions', { as: person.session })).status).toBeLessThan(300);
    expect(await enter(later, recoveryCodes[1] ?? '')).toEqual([401, false]);
    expect(await enter(await vouched('fay'), recoveryCodes[2] ?? '')).toEqual([201, true]);
    expect(await sessionsOf(person)).toBe(2);
  });

  it('is good once, also for five that try at once with codes of their own, and ends those that began before it (A11)', async () => {
    const { person, recoveryCodes, cookie } = await atCodePage('gil');
    const later = await vouched('gil');
    const before = Number(await sessionsOf(person));
    const answers = await Promise.all(recoveryCodes.slice(0, 5).map((code) => enter(later, code)));
    expect(answers.filter(([status]) => status === 201)).toHaveLength(1);
    expect(await enter(cookie, recoveryCodes[5] ?? '')).toEqual([401, false]);
    expect(await sessionsOf(person)).toBe(before + 1);
  });
});
