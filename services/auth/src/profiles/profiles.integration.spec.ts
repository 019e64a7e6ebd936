import { createToken, getProfile, updateProfile } from '@waybill/contracts';
import { DomainError } from '@waybill/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Credential, type RunningAuth, startAuth } from '../../test/running-auth.js';

let auth: RunningAuth;

beforeAll(async () => {
  auth = await startAuth();
});

afterAll(async () => {
  await auth.stop();
});

const clientAddress = '10.0.2.1';
const everything = { kind: 'everything' };

interface Change {
  readonly email?: string;
  readonly fullName?: string;
  readonly password?: { old: string; new: string };
}

const update = async (as: Credential, change: Change, address = clientAddress) =>
  auth.ask(updateProfile, { principal: await auth.principal(as), clientAddress: address, ...change });

const codeOf = (error: unknown) => (error instanceof DomainError ? error.code : error);

describe('profiles', () => {
  it('say who one is, and change what is given; the audit says what, not into what (W9)', async () => {
    const ada = await auth.person('ada');
    const principal = await auth.principal(ada.session);
    expect(await auth.ask(getProfile, { principal })).toMatchObject({ username: 'ada', email: null, fullName: null });
    const changed = await update(ada.session, { email: 'ada@canary.example', fullName: '  Ada Lovelace ' });
    expect(changed).toMatchObject({ email: 'ada@canary.example', fullName: 'Ada Lovelace' });
    expect(Date.parse(changed.updatedAt)).toBeGreaterThan(Date.parse(changed.createdAt));
    expect(await update(ada.session, { email: 'ada@canary.example' })).toEqual(changed);
    expect(await update(ada.session, { email: '', fullName: '' })).toMatchObject({ email: null, fullName: null });
    expect(await auth.audit(`user:${ada.userId}`)).toEqual(['user.create', 'user.update', 'user.update']);
    expect(JSON.stringify(await auth.query('SELECT * FROM audit_events'))).not.toContain('canary');
  });

  it.each([
    [{ email: 'not an address' }, 'user.email'],
    [{ email: `${'a'.repeat(300)}@b.example` }, 'user.email'],
    [{ email: 'a@b.example\r\nBcc: c@d.example' }, 'user.email'],
    [{ fullName: 'Ada\u202Eadmin' }, 'user.full-name'],
    [{ fullName: 'two\nlines' }, 'user.full-name'],
    [{ fullName: 'nul\u0000' }, 'user.full-name'],
    [{ password: { old: 'a password for tests', new: 'short' } }, 'password.length'],
  ])('refuse %o', async (change, code) => {
    const ben = await auth.person('ben');
    await expect(update(ben.session, change)).rejects.toMatchObject({ kind: 'invalid', code });
  });

  it('are closed to the anonymous and to tokens that are for something else (A4, A7)', async () => {
    const cyd = await auth.person('cyd');
    await expect(auth.ask(getProfile, { principal: { kind: 'anonymous' } })).rejects.toMatchObject({
      kind: 'unauthenticated',
    });
    const reader = await auth.token(cyd, [{ actions: ['read'], on: everything }]);
    const publisher = await auth.token(cyd, [{ actions: ['publish'], on: everything }]);
    expect(await auth.ask(getProfile, { principal: await auth.principal(reader) })).toMatchObject({ username: 'cyd' });
    await expect(update(reader, { fullName: 'X' })).rejects.toMatchObject({ kind: 'forbidden' });
    await expect(update(publisher, { fullName: 'X' })).rejects.toMatchObject({ kind: 'not-found' });
  });

  it('with a new password end every credential but the one that asks, with one audit event (A11, W9)', async () => {
    const dan = await auth.person('dan');
    const again = await auth.again('dan');
    const asking = await auth.token(dan, [{ actions: ['read', 'metadata'], on: everything }]);
    const other = await auth.token(dan, [{ actions: ['read'], on: everything }]);
    const next = 'another fine password';
    await update(asking, { password: { old: dan.password, new: next }, fullName: 'Dan' });
    const left = await Promise.all([dan.session, again.session, other, asking].map((as) => auth.principal(as)));
    expect(left.map(({ kind }) => kind)).toEqual(['anonymous', 'anonymous', 'anonymous', 'token']);
    expect((await auth.signIn('dan', dan.password)).status).toBe(401);
    expect((await auth.signIn('dan', next)).status).toBe(201);
    expect(await auth.audit(`user:${dan.userId}`)).toEqual(['user.create', 'user.change-password', 'user.update']);
    const [event] = await auth.query(`SELECT details FROM audit_events WHERE action = 'user.change-password'`);
    expect(event?.['details']).toEqual({ endedSessions: 2, revokedTokens: 1 });
  });

  it('need the old password for a new one, and count guesses at it without shutting out the owner elsewhere (W4)', async () => {
    const eve = await auth.person('eve');
    const guess = () =>
      update(eve.session, { password: { old: 'a wrong guess at it', new: 'x'.repeat(20) } }, '10.6.6.6');
    const codes = [];
    for (let count = 0; count < 11; count += 1) codes.push(await guess().catch(codeOf));
    expect(codes.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 'login.failed'));
    expect(codes[10]).toBe('login.throttled');
    expect((await auth.signIn('eve', eve.password, '10.6.6.7')).status).toBe(201);
  });

  it('of the suspended stay closed, and nothing of theirs works again when they come back (A11)', async () => {
    const fay = await auth.person('fay');
    const token = await auth.token(fay, [{ actions: ['read'], on: everything }]);
    const before = await auth.principal(fay.session);
    const suspend = (suspended: boolean) =>
      auth.http('PUT', '/api/v1/users/fay/suspension', { as: auth.admin, body: { suspended } });
    await suspend(true);
    await expect(auth.ask(getProfile, { principal: before })).rejects.toMatchObject({ kind: 'unauthenticated' });
    await suspend(false);
    expect(await auth.principal(token)).toEqual({ kind: 'anonymous' });
    expect(await auth.principal(fay.session)).toEqual({ kind: 'anonymous' });
    expect((await auth.signIn('fay', fay.password)).status).toBe(201);
    expect(await auth.audit(`user:${fay.userId}`)).toEqual(['user.create', 'user.suspend', 'user.unsuspend']);
  });

  it('and tokens leave no password in a log, an error, an event or the audit (W6)', async () => {
    const canary = 'canary-password-4712';
    const gil = await auth.person('gil', { password: canary });
    const principal = await auth.principal(gil.session);
    const wish = { principal, description: 'x', readOnly: true, clientAddress };
    const failures = await Promise.all([
      auth.ask(createToken, { ...wish, password: `${canary}-no` }).catch((error: unknown) => error),
      update(gil.session, { password: { old: `${canary}-no`, new: `${canary}-new` } }).catch((error: unknown) => error),
      update(gil.session, { password: { old: canary, new: canary.repeat(20) } }).catch((error: unknown) => error),
    ]);
    const { text } = await auth.ask(createToken, { ...wish, password: canary });
    await update(gil.session, { password: { old: canary, new: `${canary}-new` } });
    const everythingSaid = [
      JSON.stringify(failures),
      ...failures.map(String),
      ...auth.logLines(),
      JSON.stringify(await auth.query('SELECT * FROM audit_events')),
      JSON.stringify(await auth.query('SELECT * FROM outbox')),
    ].join('\n');
    expect(everythingSaid).not.toContain(canary);
    expect(everythingSaid).not.toContain(text);
  });
});
