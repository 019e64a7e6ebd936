import { createHash } from 'node:crypto';
import { pollWebLogin, startWebLogin } from '@waybill/contracts';
import { Secret, TOTP } from 'otpauth';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningAuth, startAuth } from '../../test/running-auth.js';

let auth: RunningAuth;

beforeAll(async () => {
  auth = await startAuth();
});

afterAll(async () => {
  await auth.stop();
});

const clientAddress = '10.0.0.7';
const start = (description = 'npm login') => auth.ask(startWebLogin, { description, clientAddress });

describe('the page of a login', () => {
  it('asks for a password, signs in by a cookie that no script reads, and asks for a confirmation', async () => {
    const ada = await auth.person('ada');
    const { loginPath } = await start();
    const first = await auth.page(loginPath);
    expect(first.html).toContain('autocomplete="current-password"');
    const form = { step: 'sign-in', username: 'Ada', password: ada.password };
    const signedIn = await auth.page(loginPath, { form });
    expect([signedIn.status, signedIn.headers['location']]).toEqual([303, loginPath]);
    const cookie = String(signedIn.headers['set-cookie']);
    expect(cookie).toMatch(/^__Host-waybill_session=[^;]+; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Strict; Secure$/);
    const session = /waybill_session=([^;]*)/.exec(cookie)?.[1] ?? '';
    const second = await auth.page(loginPath, { as: { session }, address: '10.0.0.9' });
    const code = `<dd class="code">${loginPath.slice(7, 15)}</dd>`;
    const compared = 'the first eight characters after /login/ in the address that your terminal shows';
    expect(second.html.replaceAll(/\s+/g, ' ')).toContain(compared);
    for (const shown of ['sign in as ada', code, clientAddress, 'npm login', '10.0.0.9']) {
      expect(second.html).toContain(shown);
    }
    const switched = await auth.page(loginPath, { as: { session }, form: { step: 'switch' } });
    expect([switched.status, switched.headers['set-cookie']]).toEqual([303, expect.stringContaining('Max-Age=0')]);
    expect(await auth.principal({ session })).toEqual({ kind: 'anonymous' });
  });

  it('asks who has a second factor for a code as well, and only after the right password (W7)', async () => {
    const person = await auth.person('two-factored');
    const begun = await auth.http('POST', '/api/v1/account/two-factor', { as: person.session });
    const totp = new TOTP({ secret: Secret.fromBase32(String(begun.json['secret'])) });
    const body = { code: totp.generate() };
    await auth.http('POST', '/api/v1/account/two-factor/confirm', { as: person.session, body });
    const { loginPath } = await start();
    const form = { step: 'sign-in', username: 'two-factored', password: person.password };
    expect((await auth.page(loginPath)).html).not.toContain('one-time-code');
    const wrong = await auth.page(loginPath, { form: { ...form, password: 'not the password' } });
    expect(wrong.html).not.toContain('one-time-code');
    const asked = await auth.page(loginPath, { form });
    expect([asked.status, asked.headers['set-cookie']]).toEqual([401, undefined]);
    expect(asked.html).toContain('autocomplete="one-time-code"');
    const replayed = await auth.page(loginPath, { form: { ...form, code: body.code } });
    expect([replayed.status, replayed.headers['set-cookie']]).toEqual([401, undefined]);
    const code = totp.generate({ timestamp: Date.now() + 30_000 });
    const signedIn = await auth.page(loginPath, { form: { ...form, code } });
    expect([signedIn.status, signedIn.headers['location']]).toEqual([303, loginPath]);
  });

  it('runs no script, loads nothing, is in no frame and sends nobody away (W2)', async () => {
    const { loginPath } = await start();
    const { headers, html } = await auth.page(loginPath);
    const style = /<style>(.*?)<\/style>/s.exec(html)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(headers['content-security-policy']).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
    );
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'x-frame-options': 'DENY',
      'referrer-policy': 'same-origin',
    });
    expect(html).not.toMatch(/<script|javascript:|\son\w+=|\sstyle=|https?:/i);
    const elsewhere = await auth.page(`${loginPath}?next=https://evil.example&return_to=//evil.example`);
    expect(elsewhere.html).not.toContain('evil.example');
  });

  it.each([
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    '</style><svg/onload=alert(1)>',
    '\u202Egnp',
  ])('shows %s as text, from whomever it comes (W1)', async (hostile) => {
    const ada = await auth.person('ada');
    const { loginPath } = await start(hostile);
    const failed = await auth.page(loginPath, { form: { step: 'sign-in', username: hostile, password: 'x' } });
    const pages = [failed, await auth.page(loginPath), await auth.page(loginPath, { as: ada.session })];
    for (const { html } of pages) {
      expect(html).not.toMatch(/<(?:script|img|svg)|\u202E/);
      expect(html.match(/<style>/g)).toHaveLength(1);
    }
  });

  it.each([
    { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
    { origin: 'null' },
    { 'sec-fetch-site': 'same-site', origin: 'https://waybill.example' },
    {},
  ])('takes no form of another page: %o (W2)', async (headers) => {
    const ada = await auth.person('ada');
    const { loginPath, pollSecret } = await start();
    for (const form of [{ step: 'confirm' }, { step: 'sign-in', username: 'ada', password: ada.password }]) {
      const answer = await auth.page(loginPath, { as: ada.session, form, headers });
      expect([answer.status, answer.headers['set-cookie']]).toEqual([403, undefined]);
    }
    expect(await auth.ask(pollWebLogin, { pollSecret, clientAddress })).toMatchObject({ state: 'pending' });
  });

  it('says in the same words that a password is wrong or nobody has that name, and shuts out only the address that guesses (W4, A6)', async () => {
    const eve = await auth.person('eve');
    const { loginPath } = await start();
    const guess = (username: string, address: string) =>
      auth.page(loginPath, { form: { step: 'sign-in', username, password: 'a wrong password' }, address });
    const known = await guess('eve', '10.6.6.1');
    const unknown = await guess('noone', '10.6.6.1');
    expect([known.status, unknown.status]).toEqual([401, 401]);
    expect(unknown.html.replace('noone', 'eve')).toBe(known.html);
    for (let count = 0; count < 9; count += 1) await guess('eve', '10.6.6.6');
    expect((await guess('eve', '10.6.6.6')).status).toBe(401);
    const throttled = await guess('eve', '10.6.6.6');
    expect([throttled.status, Number(throttled.headers['retry-after']) > 0]).toEqual([429, true]);
    const form = { step: 'sign-in', username: 'eve', password: eve.password };
    expect((await auth.page(loginPath, { form, address: '10.6.6.7' })).status).toBe(303);
  });

  it.each([
    'step=fly',
    'step=confirm&step=refuse',
    'step=sign-in&username=a',
    '',
    `step=sign-in&username=${'a'.repeat(500)}&password=b`,
  ])('refuses a form that it never showed: %s', async (form) => {
    const ada = await auth.person('ada');
    const { loginPath } = await start();
    expect((await auth.page(loginPath, { as: ada.session, form })).status).toBe(400);
  });

  it('confirms nothing for a session that has ended meanwhile', async () => {
    const fay = await auth.person('fay');
    const { loginPath, pollSecret } = await start();
    const stale = await auth.principal(fay.session);
    await auth.http('DELETE', '/api/v1/session', { as: fay.session });
    const answer = await auth.pageAs(loginPath, stale, { step: 'confirm' });
    expect(answer.status).toBe(401);
    expect(await auth.ask(pollWebLogin, { pollSecret, clientAddress })).toMatchObject({ state: 'pending' });
  });
});
