import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningAuth } from '../../test/running-auth.js';
import { codeOf, TwoFactorGround, twoFactorPath } from '../../test/two-factor-ground.js';

let ground: TwoFactorGround;
let auth: RunningAuth;

beforeAll(async () => {
  ground = await TwoFactorGround.start();
  ({ auth } = ground);
});

afterAll(() => auth.stop());

describe('a fresh proof', () => {
  it('cannot be disabled without a fresh proof, nor by a token; step-up asks for the code (W7)', async () => {
    const person = await ground.enroll('disabled');
    await ground.age('disabled');
    const proof = (body: object) => auth.http('POST', '/api/v1/session/proof', { as: person.session, body });
    const disable = () => auth.http('DELETE', twoFactorPath, { as: person.session });
    expect((await disable()).json['code']).toBe('auth.step-up-required');
    expect((await proof({ password: person.password })).json['code']).toBe('login.second-factor-needed');
    expect((await proof({ code: '000000' })).json['code']).toBe('login.second-factor-failed');
    expect((await disable()).status).toBe(403);
    expect((await proof({ code: codeOf(person.secret) })).status).toBe(204);
    const { token } = await auth.token(person, [{ actions: ['read', 'admin'], on: { kind: 'everything' } }]);
    expect((await auth.http('DELETE', twoFactorPath, { as: { token } })).json['code']).toBe('auth.session-required');
    expect((await auth.http('POST', '/api/v1/session/proof', { as: { token }, body: {} })).status).toBe(403);
    expect((await disable()).status).toBe(204);
    expect((await ground.signIn(person)).status).toBe(201);
    expect(await auth.query('SELECT 1 FROM two_factors WHERE user_id = $1', [person.userId])).toEqual([]);
  });

  it('makes sessions prove themselves again that were opened without it (W7)', async () => {
    const other = await auth.person('elsewhere');
    const person = await ground.enroll('elsewhere');
    expect((await auth.http('DELETE', twoFactorPath, { as: other.session })).json['code']).toBe(
      'auth.step-up-required',
    );
    expect(person.recoveryCodes).toHaveLength(10);
  });

  it('asks those who have none for the password as a proof', async () => {
    const person = await auth.person('plain');
    await ground.age('plain');
    const proof = (body: object) => auth.http('POST', '/api/v1/session/proof', { as: person.session, body });
    expect((await proof({})).json['code']).toBe('proof.password-missing');
    expect((await proof({ password: 'not the password' })).status).toBe(401);
    expect((await auth.http('POST', twoFactorPath, { as: person.session })).json['code']).toBe('auth.step-up-required');
    expect((await proof({ password: person.password })).status).toBe(204);
    expect((await auth.http('POST', twoFactorPath, { as: person.session })).status).toBe(201);
  });
});
