import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Answer } from '../../test/auth-conversation.js';
import { type RunningAuth, startAuth } from '../../test/running-auth.js';

let auth: RunningAuth;

afterAll(async () => {
  await auth.stop();
});

const password = 'a password for tests';

function register(body: object, address = '10.9.0.1'): Promise<Answer> {
  return auth.http('POST', '/api/v1/users', { body: { password, ...body }, address });
}

async function secretIn(template: 'invitation' | 'verify-email', to: string): Promise<string> {
  return vi.waitFor(() => {
    const mail = auth.mail.to(to, template).at(-1);
    const secret = /#(wb-[A-Za-z0-9-]+)/.exec(JSON.stringify(mail?.values))?.[1];
    expect(secret).toBeDefined();
    return secret ?? '';
  });
}

describe('registration by invitation', () => {
  beforeAll(async () => {
    auth = await startAuth();
  });

  const invite = (body: object) =>
    auth.http('POST', '/api/v1/orgs/acme/invitations', { as: auth.admin, body: { role: 'member', ...body } });

  it('is closed to who was not invited, and to who says so', async () => {
    expect((await register({ username: 'ada' })).json).toMatchObject({
      status: 403,
      code: 'registration.invitation-needed',
    });
    expect((await register({ username: 'ada', invitation: 'wb-guess' })).status).toBe(403);
    const ben = await auth.person('ben');
    const signedIn = await auth.http('POST', '/api/v1/users', { as: ben.session, body: { username: 'ada', password } });
    expect(signedIn.json).toMatchObject({ status: 403, code: 'auth.forbidden' });
    expect((await register({ username: 'ada', installationAdmin: true })).json['code']).toBe('auth.forbidden');
  });

  it('makes a member whose address is verified, once, however many come with the secret', async () => {
    await invite({ email: 'Cleo@Example.org' });
    const invitation = await secretIn('invitation', 'cleo@example.org');
    const all = await Promise.all(
      Array.from({ length: 10 }, (_, index) => register({ username: `cleo-${index}`, invitation }, `10.8.${index}.1`)),
    );
    const made = all.filter(({ status }) => status === 201);
    expect(made).toHaveLength(1);
    expect(made[0]?.json).toMatchObject({ email: 'cleo@example.org', emailVerified: true });
    expect(all.filter(({ json }) => json['code'] === 'invitation.answered')).toHaveLength(9);
    const people = await auth.query(`SELECT username FROM users WHERE username LIKE 'cleo-%'`);
    expect(people).toEqual([{ username: made[0]?.json['username'] }]);
    const { json } = await auth.http('GET', '/api/v1/orgs/acme/members', { as: auth.admin });
    expect(JSON.stringify(json)).toContain(String(made[0]?.json['username']));
  });

  it('is refused when the invitation was revoked, and makes no account then', async () => {
    const { json } = await invite({ email: 'dan@example.org' });
    const invitation = await secretIn('invitation', 'dan@example.org');
    await auth.http('DELETE', `/api/v1/orgs/acme/invitations/${String(json['id'])}`, { as: auth.admin });
    expect((await register({ username: 'dan', invitation })).json).toMatchObject({
      status: 410,
      code: 'invitation.revoked',
    });
    expect(await auth.query(`SELECT 1 FROM users WHERE username = 'dan'`)).toEqual([]);
  });

  it('can be closed altogether', async () => {
    const closed = await startAuth({ settings: { WAYBILL_REGISTRATION: 'closed' } });
    const body = { username: 'eve', password };
    expect((await closed.http('POST', '/api/v1/users', { body })).json['code']).toBe('registration.closed');
    expect((await closed.http('POST', '/api/v1/users', { as: closed.admin, body })).status).toBe(201);
    await closed.stop();
  });
});

describe('open registration', () => {
  let before: RunningAuth;

  beforeAll(async () => {
    before = auth;
    auth = await startAuth({ settings: { WAYBILL_REGISTRATION: 'open', WAYBILL_REGISTRATIONS_PER_ADDRESS: '3' } });
    await before.stop();
  });

  it('is for everybody, without any right, and sends a mail that verifies the address', async () => {
    const made = await register({ username: 'fay', email: 'fay@example.org' });
    expect(made.json).toMatchObject({ username: 'fay', installationAdmin: false, emailVerified: false });
    const secret = await secretIn('verify-email', 'fay@example.org');
    const confirm = () => auth.http('POST', `/api/v1/email-verifications/${secret}`);
    const all = await Promise.all(Array.from({ length: 10 }, confirm));
    expect(all.filter(({ status }) => status === 204)).toHaveLength(1);
    expect(all.filter(({ status }) => status === 404)).toHaveLength(9);
    const { secret: session } = await auth.signIn('fay', password);
    expect((await auth.http('GET', '/api/v1/account', { as: { session } })).json['emailVerified']).toBe(true);
    const subject = `user:${String(made.json['id'])}`;
    expect(await auth.audit(subject)).toEqual(['user.register', 'email.verify']);
    const stored = await auth.query(
      `SELECT envelope::text AS text FROM outbox UNION ALL SELECT details::text FROM audit_events`,
    );
    const everything = [...stored.map((row) => String(row['text'])), ...auth.logLines()].join('\n');
    for (const canary of [secret, password]) expect(everything).not.toContain(canary);
  });

  it('is throttled per address, before anything is hashed (W4)', async () => {
    const tries = [];
    for (const name of ['g1', 'g2', 'g3', 'g4']) tries.push(await register({ username: name }, '10.7.0.1'));
    expect(tries.map(({ status }) => status)).toEqual([201, 201, 201, 429]);
    expect(tries[3]?.json['code']).toBe('registration.throttled');
    expect((await register({ username: 'g5' }, '10.7.9.9')).status).toBe(201);
  });

  it.each([
    [{ username: 'admin' }, 409, 'username.reserved'],
    [{ username: 'waybill' }, 409, 'username.reserved'],
    [{ username: 'Upper' }, 400, 'username.malformed'],
    [{ username: 'short', password: 'short' }, 400, 'password.length'],
    [{ username: 'mail', email: 'no' }, 400, 'request.invalid'],
  ])('refuses %j', async (body, status, code) => {
    expect((await register(body, `10.6.${code.length}.${JSON.stringify(body).length}`)).json).toMatchObject({
      status,
      code,
    });
  });

  it('verifies no address that was changed since', async () => {
    await register({ username: 'hal', email: 'hal@example.org' }, '10.5.0.1');
    const secret = await secretIn('verify-email', 'hal@example.org');
    const session = { session: (await auth.signIn('hal', password)).secret };
    const changed = { as: session, body: { email: 'thief@example.org' } };
    expect((await auth.http('PATCH', '/api/v1/users/hal', changed)).json['emailVerified']).toBe(false);
    expect((await auth.http('POST', `/api/v1/email-verifications/${secret}`)).status).toBe(404);
    const sent = await auth.http('POST', '/api/v1/account/email-verification', { as: session });
    expect(sent.status).toBe(204);
    const right = await secretIn('verify-email', 'thief@example.org');
    expect((await auth.http('POST', `/api/v1/email-verifications/${right}`)).status).toBe(204);
    const again = await auth.http('POST', '/api/v1/account/email-verification', { as: session });
    expect(again.json['code']).toBe('email.verified');
  });

  it('works without a mail server', async () => {
    auth.mail.configured = false;
    const made = await register({ username: 'ivy', email: 'ivy@example.org' }, '10.4.0.1');
    expect(made.status).toBe(201);
    const session = { session: (await auth.signIn('ivy', password)).secret };
    const send = await auth.http('POST', '/api/v1/account/email-verification', { as: session });
    expect(send.json).toMatchObject({ status: 409, code: 'mail.not-configured' });
    auth.mail.configured = true;
  });
});
