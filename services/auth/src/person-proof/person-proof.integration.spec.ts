import { randomUUID } from 'node:crypto';
import { proveSecondFactor } from '@waybill/contracts';
import type { Principal, UserId } from '@waybill/domain';
import { anonymous } from '@waybill/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Credential, RunningAuth } from '../../test/running-auth.js';
import { codeOf, TwoFactorGround } from '../../test/two-factor-ground.js';

let ground: TwoFactorGround;
let auth: RunningAuth;

beforeAll(async () => {
  ground = await TwoFactorGround.start();
  ({ auth } = ground);
});

afterAll(() => auth.stop());

const everything = [{ actions: ['read', 'approve'], on: { kind: 'everything' } }];

async function prove(as: Credential | Principal, code?: string, clientAddress = '192.0.2.1') {
  const principal = 'kind' in as ? as : await auth.principal(as);
  return auth.ask(proveSecondFactor, { principal, ...(code === undefined ? {} : { code }), clientAddress });
}

describe('the second factor of who comes with a token', () => {
  it('is asked for where they have one, and a code goes once (P8, W7)', async () => {
    const person = await ground.enroll('approver');
    const { token } = await auth.token(person, everything);
    const refused = (code: string) => ({ kind: 'unauthenticated', code: `login.second-factor-${code}` });
    await expect(prove({ token })).rejects.toMatchObject(refused('needed'));
    await expect(prove({ token }, '000000')).rejects.toMatchObject(refused('failed'));
    const code = codeOf(person.secret);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 8 }, (_, index) => prove({ token }, code, `192.0.2.${index}`)),
    );
    const proven = outcomes.filter(({ status }) => status === 'fulfilled');
    expect(proven).toMatchObject([{ value: { account: 'person', secondFactor: 'proven' } }]);
    expect(await prove({ token }, person.recoveryCodes[0])).toEqual({ account: 'person', secondFactor: 'proven' });
  });

  it('is not found by trying: who tries from one address has to wait (W4)', async () => {
    const person = await ground.enroll('tried');
    const { token } = await auth.token(person, everything);
    const tries: unknown[] = [];
    for (let index = 0; index < 12; index += 1) {
      tries.push(await prove({ token }, `00000${index % 10}`, '192.0.2.66').catch((error: unknown) => error));
    }
    expect(tries.at(-1)).toMatchObject({ kind: 'limit' });
  });

  it('is not used up for the person by who has a token of theirs (W4, W7)', async () => {
    const person = await ground.enroll('owner-of-token');
    const tokens = [await auth.token(person, everything), await auth.token(person, everything)];
    const tries = await Promise.allSettled(
      Array.from({ length: 150 }, (_, index) =>
        prove({ token: tokens[index % 2]?.token ?? '' }, '000000', `192.0.2.${index}`),
      ),
    );
    const said = tries.map((tried) => (tried.status === 'rejected' ? (tried.reason as { code: string }).code : 'ok'));
    expect(said.filter((code) => code === 'login.second-factor-failed')).toHaveLength(10);
    expect(said.filter((code) => code === 'two-factor.throttled')).toHaveLength(140);
    const code = codeOf(person.secret);
    await expect(prove({ token: tokens[0]?.token ?? '' }, code)).rejects.toMatchObject({ kind: 'limit' });
    const proof = { as: person.session, body: { code }, address: '192.0.2.1' };
    expect((await auth.http('POST', '/api/v1/session/proof', proof)).status).toBeLessThan(300);
    expect((await ground.signIn(person, codeOf(person.secret, 1), '192.0.2.1')).status).toBe(201);
  });

  it('is nobody’s where there is none, and service accounts are told apart from people', async () => {
    const person = await auth.person('plain');
    const { token } = await auth.token(person, everything);
    expect(await prove({ token }, '123456')).toEqual({ account: 'person', secondFactor: 'none' });
    const accounts = '/api/v1/orgs/acme/service-accounts';
    await auth.http('POST', accounts, { as: auth.admin, body: { name: 'bot', description: 'builds' } });
    const scopes = [{ actions: ['read', 'publish'], on: { kind: 'organization', organization: 'acme' } }];
    const body = { description: 'ci', scopes };
    const made = await auth.http('POST', `${accounts}/bot/tokens`, { as: auth.admin, body });
    expect(await prove({ token: String(made.json['token']) })).toEqual({ account: 'service', secondFactor: 'none' });
  });

  it('is not known of who is not there', async () => {
    const person = await auth.principal(await auth.person('gone').then(({ session }) => session));
    const unknown = { ...person, userId: randomUUID() as UserId } as Principal;
    for (const principal of [anonymous, unknown]) {
      await expect(prove(principal)).rejects.toMatchObject({ kind: 'unauthenticated', code: 'auth.required' });
    }
  });
});
