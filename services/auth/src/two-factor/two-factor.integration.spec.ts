import { issueTokenForPassword, updateProfile } from '@waybill/contracts';
import { Secret, TOTP } from 'otpauth';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Person, type RunningAuth, startAuth } from '../../test/running-auth.js';

let auth: RunningAuth;

beforeAll(async () => {
  auth = await startAuth();
});

afterAll(async () => {
  await auth.stop();
});

const twoFactor = '/api/v1/account/two-factor';

interface Enrolled extends Person {
  readonly secret: string;
  readonly recoveryCodes: readonly string[];
}

function codeOf(secret: string, stepsFromNow = 0): string {
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + stepsFromNow * 30_000 });
}

async function enroll(username: string): Promise<Enrolled> {
  const person = await auth.person(username);
  const begun = await auth.http('POST', twoFactor, { as: person.session });
  const secret = String(begun.json['secret']);
  const body = { code: codeOf(secret, -1) };
  const confirmed = await auth.http('POST', `${twoFactor}/confirm`, { as: person.session, body });
  if (confirmed.status !== 200) throw new Error(confirmed.withoutRequestId);
  return { ...person, secret, recoveryCodes: confirmed.json['recoveryCodes'] as string[] };
}

function signIn({ username, password }: Person, code?: string, address = '10.0.0.1') {
  return auth.http('POST', '/api/v1/sessions', { body: { username, password, ...(code && { code }) }, address });
}

async function age(username: string): Promise<void> {
  await auth.query(
    `UPDATE sessions SET proven_at = now() - interval '1 hour'
     WHERE user_id = (SELECT user_id FROM users WHERE username = $1)`,
    [username],
  );
}

describe('a second factor', () => {
  it('is asked for once it is confirmed, and only after the right password (W7)', async () => {
    const ada = await auth.person('ada');
    const begun = await auth.http('POST', twoFactor, { as: ada.session });
    expect(begun.status).toBe(201);
    expect(begun.json['otpauthUri']).toContain('waybill.example');
    expect((await signIn(ada)).status).toBe(201);
    const wrong = await auth.http('POST', `${twoFactor}/confirm`, { as: ada.session, body: { code: 'abc' } });
    expect(wrong.json).toMatchObject({ status: 400, code: 'two-factor.wrong-code', errors: [{ field: 'body.code' }] });
    const secret = String(begun.json['secret']);
    const body = { code: codeOf(secret, -1) };
    const confirmed = await auth.http('POST', `${twoFactor}/confirm`, { as: ada.session, body });
    expect(confirmed.json['recoveryCodes']).toHaveLength(10);
    expect((await signIn(ada)).json).toMatchObject({ status: 401, code: 'login.second-factor-needed' });
    const guessed = await signIn({ ...ada, password: 'not the password' }, codeOf(secret));
    expect(guessed.json).toMatchObject({ status: 401, code: 'login.failed' });
    expect((await signIn(ada, codeOf(secret))).status).toBe(201);
    expect(await auth.audit(`user:${ada.userId}`)).toContain('two-factor.enable');
    const again = await auth.http('POST', twoFactor, { as: (await auth.person('ben')).session });
    expect(again.json['secret']).not.toBe(secret);
  });

  it('is set up once, however many confirm at the same time', async () => {
    const person = await auth.person('once');
    const begun = await auth.http('POST', twoFactor, { as: person.session });
    const body = { code: codeOf(String(begun.json['secret'])) };
    const all = await Promise.all(
      Array.from({ length: 20 }, () => auth.http('POST', `${twoFactor}/confirm`, { as: person.session, body })),
    );
    expect(all.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(all.filter(({ json }) => json['code'] === 'two-factor.enabled')).toHaveLength(19);
    expect((await auth.audit(`user:${person.userId}`)).filter((action) => action === 'two-factor.enable')).toHaveLength(
      1,
    );
    expect((await auth.http('POST', twoFactor, { as: person.session })).status).toBe(409);
  });

  it('cannot be finished by trying codes: who has a token of the person would get the recovery codes (W7)', async () => {
    const person = await auth.person('tried');
    const begun = await auth.http('POST', twoFactor, { as: person.session });
    const confirm = (code: string) => auth.http('POST', `${twoFactor}/confirm`, { as: person.session, body: { code } });
    for (let guess = 0; guess < 10; guess += 1) expect((await confirm(`00000${guess}`)).status).toBe(400);
    const right = await confirm(codeOf(String(begun.json['secret'])));
    expect(right.json).toMatchObject({ status: 429, code: 'two-factor.throttled' });
  });

  it('takes a code once: of 50 sign-ins with it from everywhere, one succeeds, in whatever spelling (W7)', async () => {
    const person = await enroll('replayed');
    const code = codeOf(person.secret);
    const spellings = [
      code,
      `${code.slice(0, 3)} ${code.slice(3)}`,
      `${code.slice(0, 3)}-${code.slice(3)}`,
      ` ${code} `,
    ];
    const all = await Promise.all(
      Array.from({ length: 50 }, (_, index) => signIn(person, spellings[index % 4], `10.1.${index}.1`)),
    );
    expect(all.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(all.filter(({ json }) => json['code'] === 'login.second-factor-failed')).toHaveLength(49);
    const wide = code.replaceAll(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit)));
    expect((await signIn(person, wide)).json['code']).toBe('login.second-factor-failed');
    // Nor one of before: it could have been seen while it was typed.
    expect((await signIn(person, codeOf(person.secret, -1))).json['code']).toBe('login.second-factor-failed');
  });

  it('is replaced by each recovery code once, whatever way it is typed (W7)', async () => {
    const person = await enroll('recovered');
    const [code = '', another = ''] = person.recoveryCodes;
    const all = await Promise.all(
      Array.from({ length: 50 }, (_, index) => signIn(person, code.toLowerCase(), `10.2.${index}.1`)),
    );
    expect(all.filter(({ status }) => status === 201)).toHaveLength(1);
    expect((await signIn(person, another.replaceAll('-', ' '))).status).toBe(201);
    const subject = `user:${person.userId}`;
    const used = (await auth.audit(subject)).filter((action) => action === 'two-factor.use-recovery-code');
    expect(used).toHaveLength(2);
    await age('recovered');
    const session = { session: await sessionOf(person, person.recoveryCodes[2]) };
    const renewed = await auth.http('POST', `${twoFactor}/recovery-codes`, { as: session });
    expect(renewed.json['recoveryCodes']).toHaveLength(10);
    expect((await signIn(person, person.recoveryCodes[3])).status).toBe(401);
    expect((await signIn(person, (renewed.json['recoveryCodes'] as string[])[0])).status).toBe(201);
  });

  it('is throttled like a password, and only for the address that guesses (W4, A11)', async () => {
    const person = await enroll('guessed');
    const guesses = [];
    for (let guess = 0; guess < 12; guess += 1) guesses.push(await signIn(person, `00000${guess % 10}`, '10.3.0.1'));
    expect(guesses.at(-1)?.json).toMatchObject({ status: 429, code: 'login.throttled' });
    expect((await signIn(person, codeOf(person.secret), '10.3.0.1')).status).toBe(429);
    expect((await signIn(person, codeOf(person.secret), '10.3.9.9')).status).toBe(201);
  });

  it('holds for every way to prove a password (A11)', async () => {
    const person = await enroll('everywhere');
    const { username, password } = person;
    const login = { username, password, description: 'npm', clientAddress: '10.0.0.1' };
    await expect(auth.ask(issueTokenForPassword, login)).rejects.toMatchObject({ code: 'login.second-factor-needed' });
    const withCode = await auth.ask(issueTokenForPassword, { ...login, code: codeOf(person.secret) });
    expect(withCode.token).toMatch(/^wb-/);
    const principal = await auth.principal(person.session);
    const change = { principal, password: { old: password, new: 'another password' }, clientAddress: '10.0.0.1' };
    await expect(auth.ask(updateProfile, change)).rejects.toMatchObject({ code: 'login.second-factor-needed' });
    const body = { currentPassword: password, newPassword: 'another password' };
    const target = `/api/v1/users/${username}/password`;
    const changed = await auth.http('PUT', target, { as: person.session, body });
    expect(changed.json['code']).toBe('login.second-factor-needed');
    const code = person.recoveryCodes[0];
    expect((await auth.http('PUT', target, { as: person.session, body: { ...body, code } })).status).toBe(204);
  });

  it('cannot be disabled without a fresh proof, nor by a token; step-up asks for the code (W7)', async () => {
    const person = await enroll('disabled');
    await age('disabled');
    const proof = (body: object) => auth.http('POST', '/api/v1/session/proof', { as: person.session, body });
    const disable = () => auth.http('DELETE', twoFactor, { as: person.session });
    expect((await disable()).json['code']).toBe('auth.step-up-required');
    expect((await proof({ password: person.password })).json['code']).toBe('login.second-factor-needed');
    expect((await proof({ code: '000000' })).json['code']).toBe('login.second-factor-failed');
    expect((await disable()).status).toBe(403);
    expect((await proof({ code: codeOf(person.secret) })).status).toBe(204);
    const { token } = await auth.token(person, [{ actions: ['read', 'admin'], on: { kind: 'everything' } }]);
    expect((await auth.http('DELETE', twoFactor, { as: { token } })).json['code']).toBe('auth.session-required');
    expect((await auth.http('POST', '/api/v1/session/proof', { as: { token }, body: {} })).status).toBe(403);
    expect((await disable()).status).toBe(204);
    expect((await signIn(person)).status).toBe(201);
    expect(await auth.query('SELECT 1 FROM two_factors WHERE user_id = $1', [person.userId])).toEqual([]);
  });

  it('makes sessions prove themselves again that were opened without it (W7)', async () => {
    const other = await auth.person('elsewhere');
    const person = await enroll('elsewhere');
    expect((await auth.http('DELETE', twoFactor, { as: other.session })).json['code']).toBe('auth.step-up-required');
    expect(person.recoveryCodes).toHaveLength(10);
  });

  it('asks those who have none for the password as a proof', async () => {
    const person = await auth.person('plain');
    await age('plain');
    const proof = (body: object) => auth.http('POST', '/api/v1/session/proof', { as: person.session, body });
    expect((await proof({})).json['code']).toBe('proof.password-missing');
    expect((await proof({ password: 'not the password' })).status).toBe(401);
    expect((await auth.http('POST', twoFactor, { as: person.session })).json['code']).toBe('auth.step-up-required');
    expect((await proof({ password: person.password })).status).toBe(204);
    expect((await auth.http('POST', twoFactor, { as: person.session })).status).toBe(201);
  });

  it('leaves its secrets in no table, log, event or audit (W6)', async () => {
    const person = await enroll('canary');
    const code = codeOf(person.secret);
    await signIn(person, code);
    await signIn(person, person.recoveryCodes[0]);
    const rows = await auth.query(`
      SELECT envelope::text AS text FROM outbox UNION ALL SELECT details::text FROM audit_events
      UNION ALL SELECT encode(sealed_secret, 'hex') FROM two_factors UNION ALL SELECT code_hash FROM recovery_codes`);
    const everything = [...rows.map((row) => String(row['text'])), ...auth.logLines()].join('\n');
    const raw = Buffer.from(Secret.fromBase32(person.secret).bytes).toString('hex');
    for (const secret of [person.secret, raw, ...person.recoveryCodes]) expect(everything).not.toContain(secret);
    expect(everything).not.toContain(person.recoveryCodes[0]?.replaceAll('-', ''));
  });
});

async function sessionOf(person: Person, code: string | undefined): Promise<string> {
  const { headers } = await signIn(person, code);
  return /waybill_session=([^;]*)/.exec(String(headers['set-cookie']))?.[1] ?? '';
}
