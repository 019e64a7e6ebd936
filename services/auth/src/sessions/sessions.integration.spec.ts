import { grantsChanged, issueTokenForPassword } from '@waybill/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningAuth, startAuth } from '../../test/running-auth.js';

let auth: RunningAuth;

beforeAll(async () => {
  auth = await startAuth();
});

afterAll(async () => {
  await auth.stop();
});

describe('browser sessions', () => {
  it('begin with a password, are told by a cookie that no script reads, and end at once (W2)', async () => {
    const ada = await auth.person('ada');
    const opened = await auth.signIn('Ada', ada.password);
    expect(opened.status).toBe(201);
    expect(opened.headers['set-cookie']).toMatch(
      /^__Host-waybill_session=[A-Za-z0-9_-]{43}; Path=\/; Max-Age=604800; HttpOnly; SameSite=Strict; Secure$/,
    );
    const session = { session: opened.secret };
    const me = await auth.http('GET', '/api/v1/session', { as: session });
    expect(me.json).toMatchObject({ kind: 'user', username: 'ada', installationAdmin: false });
    const before = (await auth.events(grantsChanged, ada.userId)).length;
    const ended = await auth.http('DELETE', '/api/v1/session', { as: session });
    expect([ended.status, String(ended.headers['set-cookie'])]).toEqual([204, expect.stringContaining('Max-Age=0')]);
    expect((await auth.introspect(session)).principal).toBeNull();
    expect((await auth.events(grantsChanged, ada.userId)).length).toBe(before + 1);
    expect((await auth.http('DELETE', '/api/v1/session')).status).toBe(204);
    expect((await auth.http('GET', '/api/v1/session')).status).toBe(401);
  });

  it('store only a hash of the cookie (W6)', async () => {
    const ben = await auth.person('ben');
    const { secret } = await auth.signIn('ben', ben.password);
    const rows = await auth.query('SELECT * FROM sessions');
    expect(JSON.stringify(rows)).not.toContain(secret);
  });

  it('answer a wrong password and an unknown user in the same way (A6)', async () => {
    await auth.person('cyd');
    const wrong = await auth.signIn('cyd', 'not the password');
    const unknown = await auth.signIn('nobody-here', 'not the password');
    const odd = await auth.signIn('no\0body / here', 'x');
    expect(wrong.status).toBe(401);
    expect(unknown.withoutRequestId).toEqual(wrong.withoutRequestId);
    expect(odd.withoutRequestId).toEqual(wrong.withoutRequestId);
  });

  it('refuse a suspended user like a wrong password, whatever the way in (A11)', async () => {
    const dan = await auth.person('dan');
    await auth.http('PUT', '/api/v1/users/dan/suspension', { as: auth.admin, body: { suspended: true } });
    const refused = await auth.signIn('dan', dan.password);
    expect([refused.status, refused.json['code']]).toEqual([401, 'login.failed']);
  });

  it('throttle guesses from one address without locking out the owner at another (W4, A11)', async () => {
    const eve = await auth.person('eve');
    const guesses = await Promise.all(
      Array.from({ length: 15 }, () => auth.signIn('eve', 'a wrong password', '203.0.113.9')),
    );
    const statuses = guesses.map(({ status }) => status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(10);
    expect(statuses.filter((status) => status === 429)).toHaveLength(5);
    const throttled = await auth.signIn('eve', eve.password, '203.0.113.9');
    expect(throttled.status).toBe(429);
    expect(Number(throttled.headers['retry-after'])).toBeGreaterThan(0);
    expect((await auth.signIn('eve', eve.password, '203.0.113.10')).status).toBe(201);
  });

  it('count failures of every way to use a password together (A11)', async () => {
    const ivy = await auth.person('ivy');
    const wrong = { username: 'ivy', password: 'a wrong password', description: 'npm', clientAddress: '203.0.113.20' };
    const native = await Promise.allSettled(Array.from({ length: 10 }, () => auth.ask(issueTokenForPassword, wrong)));
    expect(native.every(({ status }) => status === 'rejected')).toBe(true);
    expect((await auth.signIn('ivy', ivy.password, '203.0.113.20')).status).toBe(429);
    const change = { newPassword: 'another long password', currentPassword: ivy.password };
    const changed = await auth.http('PUT', '/api/v1/users/ivy/password', {
      as: ivy.session,
      address: '203.0.113.20',
      body: change,
    });
    expect(changed.status).toBe(429);
  });

  it('are not opened by a page of another site (W2)', async () => {
    const fay = await auth.person('fay');
    const body = { username: 'fay', password: fay.password };
    const foreign = await auth.http('POST', '/api/v1/sessions', { body, headers: { origin: 'https://evil.example' } });
    expect([foreign.status, foreign.headers['set-cookie']]).toEqual([403, undefined]);
  });

  it('end when they were idle too long, and at last in any case', async () => {
    const gil = await auth.person('gil');
    await auth.query(`UPDATE sessions SET last_used_at = now() - interval '13 hours' WHERE user_id = $1`, [gil.userId]);
    expect((await auth.introspect(gil.session)).principal).toBeNull();
    await auth.query(`UPDATE sessions SET last_used_at = now(), expires_at = now() WHERE user_id = $1`, [gil.userId]);
    expect((await auth.introspect(gil.session)).principal).toBeNull();
  });

  it('end with a new password, except the one that changed it, and so do tokens (A11)', async () => {
    const hal = await auth.person('hal');
    const other = { session: (await auth.signIn('hal', hal.password)).secret };
    const token = await auth.token(hal, [{ actions: ['read'], on: { kind: 'everything' } }]);
    const change = (body: object) => auth.http('PUT', '/api/v1/users/hal/password', { as: hal.session, body });
    const newPassword = 'another long password';
    expect((await change({ newPassword })).status).toBe(400);
    expect((await change({ newPassword, currentPassword: 'not it, not at all' })).status).toBe(401);
    expect((await change({ newPassword: 'short', currentPassword: hal.password })).status).toBe(400);
    const before = (await auth.events(grantsChanged, hal.userId)).length;
    expect((await change({ newPassword, currentPassword: hal.password })).status).toBe(204);
    expect((await auth.introspect(other)).principal).toBeNull();
    expect((await auth.introspect(hal.session)).principal).not.toBeNull();
    expect((await auth.introspect(token)).principal).toBeNull();
    expect((await auth.events(grantsChanged, hal.userId)).length).toBe(before + 1);
    expect((await auth.signIn('hal', hal.password)).status).toBe(401);
    expect((await auth.signIn('hal', newPassword)).status).toBe(201);
    expect(await auth.audit(`user:${hal.userId}`)).toEqual(['user.create', 'user.change-password']);
  });
});
