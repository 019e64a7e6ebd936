import { pollWebLogin, revokeToken, startWebLogin } from '@waybill/contracts';
import { hashToken, isTokenText, type TokenText } from '@waybill/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Person, type RunningAuth, startAuth } from '../../test/running-auth.js';

let auth: RunningAuth;

beforeAll(async () => {
  auth = await startAuth();
});

afterAll(async () => {
  await auth.stop();
});

const clientAddress = '10.0.0.7';
const start = (description = 'npm login') => auth.ask(startWebLogin, { description, clientAddress });
const poll = (pollSecret: string) => auth.ask(pollWebLogin, { pollSecret, clientAddress });
const endAll = () => auth.query(`UPDATE web_logins SET expires_at = now() - interval '1 second'`);

async function confirmed(person: Person) {
  await endAll();
  const { loginPath, pollSecret } = await start();
  await auth.page(loginPath, { as: person.session, form: { step: 'confirm' } });
  const answer = await poll(pollSecret);
  if (answer.state !== 'confirmed') throw new Error(`The login is ${answer.state}.`);
  return { answer, pollSecret, token: answer.token as TokenText };
}

describe('a login that a person confirms in a browser', () => {
  it('waits, is confirmed by a session, and gives one token that works', async () => {
    const ada = await auth.person('ada');
    const { loginPath, pollSecret } = await start();
    expect(loginPath).toMatch(/^\/login\/[0-9A-Z]{8}-[0-9A-Z]{24}$/);
    expect(pollSecret).toMatch(/^wb-/);
    expect(await poll(pollSecret)).toEqual({ state: 'pending', retryAfterSeconds: 2 });
    const page = await auth.page(loginPath, { as: ada.session });
    expect(page.status).toBe(200);
    const done = await auth.page(loginPath, { as: ada.session, form: { step: 'confirm' } });
    expect([done.status, done.html.includes('signed in as ada')]).toEqual([200, true]);
    const answer = await poll(pollSecret);
    expect(answer).toMatchObject({ state: 'confirmed', username: 'ada' });
    const token = answer.state === 'confirmed' ? answer.token : '';
    const principal = await auth.principal({ token });
    expect(principal).toMatchObject({ kind: 'token', username: 'ada' });
    expect(JSON.stringify(principal)).not.toContain('manage-access');
    const audited = await auth.query(
      `SELECT client_address, details->>'userId' AS owner FROM audit_events
       WHERE action = 'token.create' AND actor = 'user:' || $1`,
      [ada.userId],
    );
    expect(audited).toEqual([{ client_address: clientAddress, owner: ada.userId }]);
  });

  it('gives fifty that ask at once one token (T2)', async () => {
    const kay = await auth.person('kay');
    const { loginPath, pollSecret } = await start();
    await auth.page(loginPath, { as: kay.session, form: { step: 'confirm' } });
    const answers = await Promise.all(Array.from({ length: 50 }, () => poll(pollSecret)));
    expect(answers.every(({ state }) => state === 'confirmed')).toBe(true);
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await auth.query('SELECT 1 FROM tokens WHERE user_id = $1', [kay.userId])).toHaveLength(1);
  });

  it('answers a client that lost its token with the same one for a minute, and never in clear (W6)', async () => {
    const { answer, token, pollSecret } = await confirmed(await auth.person('ida'));
    expect(await poll(pollSecret)).toEqual(answer);
    expect(await auth.principal({ token })).toMatchObject({ kind: 'token', username: 'ida' });
    const rows = await auth.query(`SELECT *, encode(sealed_token, 'escape') AS escaped FROM web_logins`);
    expect(rows).toHaveLength(1);
    for (const secret of [token, pollSecret]) {
      expect(JSON.stringify(rows)).not.toContain(secret.slice(3));
      expect(auth.logLines().join('\n')).not.toContain(secret);
    }
    const [left] = await auth.query(`SELECT expires_at - now() <= interval '1 minute' AS soon FROM web_logins`);
    expect(left).toEqual({ soon: true });
    await endAll();
    expect(await poll(pollSecret)).toEqual({ state: 'gone' });
    expect(await auth.principal({ token })).toMatchObject({ kind: 'token' });
    await start();
    expect(await auth.query('SELECT 1 FROM web_logins WHERE sealed_token IS NOT NULL')).toEqual([]);
  });

  it('repeats no token that was revoked, or whose person has a new password or is suspended (A11)', async () => {
    const jon = await auth.person('jon');
    const loggedOut = await confirmed(jon);
    const own = await auth.principal({ token: loggedOut.token });
    await auth.ask(revokeToken, { principal: own, tokenHash: hashToken(loggedOut.token) });
    expect(await poll(loggedOut.pollSecret)).toEqual({ state: 'gone' });
    const ended = await confirmed(jon);
    const body = { currentPassword: jon.password, newPassword: jon.password };
    await auth.http('PUT', '/api/v1/users/jon/password', { as: jon.session, body });
    expect(await poll(ended.pollSecret)).toEqual({ state: 'gone' });
    const suspended = await confirmed(jon);
    await auth.http('PUT', '/api/v1/users/jon/suspension', { as: auth.admin, body: { suspended: true } });
    expect(await poll(suspended.pollSecret)).toEqual({ state: 'gone' });
  });

  it('is confirmed once, however many try, and by nobody without a session', async () => {
    const ada = await auth.person('ada');
    const ben = await auth.person('ben');
    const { loginPath, pollSecret } = await start();
    const token = await auth.token(ada, [{ actions: ['admin', 'read'], on: { kind: 'everything' } }]);
    const form = { step: 'confirm' };
    expect((await auth.page(loginPath, { form })).status).toBe(303);
    expect((await auth.page(loginPath, { as: token, form })).status).toBe(303);
    expect(await poll(pollSecret)).toMatchObject({ state: 'pending' });
    const both = await Promise.all([ada, ben].map((person) => auth.page(loginPath, { as: person.session, form })));
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 404]);
    expect((await auth.page(loginPath, { as: ben.session })).status).toBe(404);
  });

  it('may manage owners and members only where the person said so', async () => {
    const ada = await auth.person('ada');
    const { loginPath, pollSecret } = await start();
    await auth.page(loginPath, { as: ada.session, form: { step: 'confirm', access: 'yes' } });
    const answer = await poll(pollSecret);
    const principal = await auth.principal({ token: answer.state === 'confirmed' ? answer.token : '' });
    expect(JSON.stringify(principal)).toContain('manage-access');
    expect(JSON.stringify(principal)).not.toContain('"admin"');
  });

  it('is gone when it was refused, has expired, or never was', async () => {
    const ada = await auth.person('ada');
    const refused = await start();
    await auth.page(refused.loginPath, { as: ada.session, form: { step: 'refuse' } });
    expect(await poll(refused.pollSecret)).toEqual({ state: 'gone' });
    const expired = await start();
    await auth.page(expired.loginPath, { as: ada.session, form: { step: 'confirm' } });
    await endAll();
    expect(await poll(expired.pollSecret)).toEqual({ state: 'gone' });
    for (const path of [expired.loginPath, '/login/nothing', `/login/00000000-${'0'.repeat(24)}`]) {
      const page = await auth.page(path, { as: ada.session });
      expect([page.status, page.html.includes('This login has expired')]).toEqual([404, true]);
    }
    expect(await poll('wb-nothing')).toEqual({ state: 'gone' });
    await start();
    expect(await auth.query('SELECT 1 FROM web_logins WHERE expires_at < now()')).toEqual([]);
  });

  it('ends unfetched with a new password, and a suspended person gets nothing (A11)', async () => {
    const cyd = await auth.person('cyd');
    const { loginPath, pollSecret } = await start();
    await auth.page(loginPath, { as: cyd.session, form: { step: 'confirm' } });
    const body = { currentPassword: cyd.password, newPassword: cyd.password };
    await auth.http('PUT', '/api/v1/users/cyd/password', { as: cyd.session, body });
    expect(await poll(pollSecret)).toEqual({ state: 'gone' });
    const again = await start();
    const session = await auth.principal(cyd.session);
    await auth.page(again.loginPath, { as: cyd.session, form: { step: 'confirm' } });
    await auth.http('PUT', '/api/v1/users/cyd/suspension', { as: auth.admin, body: { suspended: true } });
    expect(session.kind).toBe('user');
    expect(await poll(again.pollSecret)).toEqual({ state: 'gone' });
  });

  it('keeps nothing in clear text, and nothing secret in logs and audit (W6)', async () => {
    const { loginPath, pollSecret } = await start();
    await poll(pollSecret);
    const everything = [
      JSON.stringify(await auth.query('SELECT * FROM web_logins')),
      JSON.stringify(await auth.query('SELECT * FROM audit_events')),
      JSON.stringify(await auth.query('SELECT * FROM outbox')),
      ...auth.logLines(),
    ].join('\n');
    expect(everything).not.toContain(pollSecret);
    expect(everything).not.toContain(loginPath.slice('/login/'.length));
    expect(isTokenText(pollSecret)).toBe(true);
    expect(await auth.principal({ token: pollSecret })).toEqual({ kind: 'anonymous' });
  });

  it('is begun a bounded number of times from one address, and from others still', async () => {
    const from = (address: string) => auth.ask(startWebLogin, { description: 'x', clientAddress: address });
    const tries = await Promise.allSettled(Array.from({ length: 60 }, () => from('2001:db8::1')));
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(50);
    await expect(from('2001:db8::2')).rejects.toMatchObject({ code: 'auth.too-many-logins', retryAfterSeconds: 60 });
    expect(await from('2001:db9::1')).toHaveProperty('pollSecret');
  });

  it('is begun still while others flood, who end the oldest of their own and none that a person looks at (W4)', async () => {
    await auth.query('DELETE FROM web_logins');
    const ada = await auth.person('ada');
    const from = async (address: string) => auth.ask(startWebLogin, { description: 'x', clientAddress: address });
    const quiet = await from('192.0.2.1');
    const seen = await from('198.51.100.1');
    await auth.page(seen.loginPath, { as: ada.session });
    const lookedAtByNobody = await from('198.51.100.2');
    await auth.page(lookedAtByNobody.loginPath);
    // What 200 addresses of one network and a second, smaller one have begun since.
    await auth.query(
      `INSERT INTO web_logins (web_login_id, login_hash, poll_hash, description, client_address, address_key, network, created_at, expires_at)
       SELECT gen_random_uuid(), 'login ' || n, 'poll ' || n, '', '', 'flood ' || n % 200,
              CASE WHEN n % 10 = 0 THEN '203.0.113.0/24' ELSE '198.51.100.0/24' END,
              now() - interval '1 minute' + n * interval '1 millisecond', now() + interval '9 minutes'
       FROM generate_series(1, 10000) AS n`,
    );
    await auth.query(`UPDATE web_logins SET created_at = now() - interval '2 minutes' WHERE poll_hash !~ 'poll'`);
    const late = await from('192.0.2.2');
    for (const { pollSecret } of [quiet, seen, late])
      expect(await poll(pollSecret)).toMatchObject({ state: 'pending' });
    expect(await poll(lookedAtByNobody.pollSecret)).toEqual({ state: 'gone' });
    const count = 'SELECT count(*)::int AS left FROM web_logins WHERE network = $1';
    expect(await auth.query(count, ['203.0.113.0/24'])).toEqual([{ left: 1000 }]);
    const [left] = await auth.query(
      `SELECT min(substr(poll_hash, 6)::int) AS oldest FROM web_logins WHERE poll_hash ~ 'poll' AND network = '198.51.100.0/24'`,
    );
    expect(left?.['oldest']).toBeGreaterThan(100);
  });

  it('is safe from a flood for as many as a person can mean, not for all that one person opens (W4)', async () => {
    await auth.query('DELETE FROM web_logins');
    const mallory = await auth.person('mallory');
    await auth.query(
      `INSERT INTO web_logins (web_login_id, login_hash, poll_hash, description, client_address, address_key, expires_at, opened_by, opened_at)
       SELECT gen_random_uuid(), 'mine ' || n, 'mine ' || n, '', '', '', now() + interval '9 minutes', $1, now() - n * interval '1 second'
       FROM generate_series(1, 10000) AS n`,
      [mallory.userId],
    );
    const { pollSecret } = await start();
    expect(await poll(pollSecret)).toMatchObject({ state: 'pending' });
    const latest = `SELECT count(*)::int AS left FROM web_logins WHERE poll_hash ~ '^mine ([1-9]|10)$'`;
    expect(await auth.query(latest)).toEqual([{ left: 10 }]);
  });
});
