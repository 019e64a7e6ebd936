import { issueTokenForPassword, updateProfile } from '@waybill/contracts';
import { Secret } from 'otpauth';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningAuth } from '../../test/running-auth.js';
import { codeOf, confirmSecondFactor, TwoFactorGround, twoFactorPath } from '../../test/two-factor-ground.js';

let ground: TwoFactorGround;
let auth: RunningAuth;

beforeAll(async () => {
  ground = await TwoFactorGround.start();
  ({ auth } = ground);
});

afterAll(() => auth.stop());

describe('a second factor', () => {
  it('is asked for once it is confirmed, and only after the right password (W7)', async () => {
    const ada = await auth.person('ada');
    const begun = await auth.http('POST', twoFactorPath, { as: ada.session });
    expect(begun.status).toBe(201);
    expect(begun.json['otpauthUri']).toContain('waybill.example');
    expect((await ground.signIn(ada)).status).toBe(201);
    const wrong = await auth.http('POST', `${twoFactorPath}/confirm`, { as: ada.session, body: { code: 'abc' } });
    expect(wrong.json).toMatchObject({ status: 400, code: 'two-factor.wrong-code', errors: [{ field: 'body.code' }] });
    const secret = String(begun.json['secret']);
    const confirmed = await confirmSecondFactor(auth, ada.session, secret);
    expect(confirmed.json['recoveryCodes']).toHaveLength(10);
    expect((await ground.signIn(ada)).json).toMatchObject({ status: 401, code: 'login.second-factor-needed' });
    const guessed = await ground.signIn({ ...ada, password: 'not the password' }, codeOf(secret));
    expect(guessed.json).toMatchObject({ status: 401, code: 'login.failed' });
    expect((await ground.signIn(ada, codeOf(secret))).status).toBe(201);
    expect(await auth.audit(`user:${ada.userId}`)).toContain('two-factor.enable');
    const again = await auth.http('POST', twoFactorPath, { as: (await auth.person('ben')).session });
    expect(again.json['secret']).not.toBe(secret);
  });

  it('is set up once, however many confirm at the same time', async () => {
    const person = await auth.person('once');
    const begun = await auth.http('POST', twoFactorPath, { as: person.session });
    const body = { code: codeOf(String(begun.json['secret'])) };
    const all = await Promise.all(
      Array.from({ length: 20 }, () => auth.http('POST', `${twoFactorPath}/confirm`, { as: person.session, body })),
    );
    expect(all.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(all.filter(({ json }) => json['code'] === 'two-factor.enabled')).toHaveLength(19);
    expect((await auth.audit(`user:${person.userId}`)).filter((action) => action === 'two-factor.enable')).toHaveLength(
      1,
    );
    expect((await auth.http('POST', twoFactorPath, { as: person.session })).status).toBe(409);
  });

  it('cannot be finished by trying codes: who has a token of the person would get the recovery codes (W7)', async () => {
    const person = await auth.person('tried');
    const begun = await auth.http('POST', twoFactorPath, { as: person.session });
    const confirm = (code: string) =>
      auth.http('POST', `${twoFactorPath}/confirm`, { as: person.session, body: { code } });
    for (let guess = 0; guess < 10; guess += 1) expect((await confirm(`00000${guess}`)).status).toBe(400);
    const right = await confirm(codeOf(String(begun.json['secret'])));
    expect(right.json).toMatchObject({ status: 429, code: 'two-factor.throttled' });
  });

  it('holds for every way to prove a password (A11)', async () => {
    const person = await ground.enroll('everywhere');
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

  it('leaves its secrets in no table, log, event or audit (W6)', async () => {
    const person = await ground.enroll('canary');
    const code = codeOf(person.secret);
    await ground.signIn(person, code);
    await ground.signIn(person, person.recoveryCodes[0]);
    const rows = await auth.query(`
      SELECT envelope::text AS text FROM outbox UNION ALL SELECT details::text FROM audit_events
      UNION ALL SELECT encode(sealed_secret, 'hex') FROM two_factors UNION ALL SELECT code_hash FROM recovery_codes`);
    const everything = [...rows.map((row) => String(row['text'])), ...auth.logLines()].join('\n');
    const raw = Buffer.from(Secret.fromBase32(person.secret).bytes).toString('hex');
    for (const secret of [person.secret, raw, ...person.recoveryCodes]) expect(everything).not.toContain(secret);
    expect(everything).not.toContain(person.recoveryCodes[0]?.replaceAll('-', ''));
  });
});
