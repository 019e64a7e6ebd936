import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer, Credential } from '../../test/auth-conversation.js';
import type { RunningAuth } from '../../test/running-auth.js';
import { type Enrolled, TwoFactorGround } from '../../test/two-factor-ground.js';

const github = 'https://token.actions.githubusercontent.com';
const issuers = '/api/v1/oidc/issuers';
const ofAcme = '/api/v1/orgs/acme/oidc-issuers';
const everything = [{ actions: ['read', 'metadata', 'manage-access', 'admin'], on: { kind: 'everything' } }];

let ground: TwoFactorGround;
let auth: RunningAuth;
/** An administrator of the installation with a second factor, and what a thief has of them. */
let chief: Enrolled;
let stolen: Credential;

beforeAll(async () => {
  ground = await TwoFactorGround.start();
  ({ auth } = ground);
  chief = await ground.enroll('chief');
  await auth.http('PUT', '/api/v1/users/chief/installation-admin', {
    as: auth.admin,
    body: { installationAdmin: true },
  });
  stolen = await auth.token(chief, everything);
  await auth.person('bob');
});

afterAll(() => auth.stop());

let codes = 0;

/** A recovery code of theirs, each once: the codes of an authenticator are good once in half a minute. */
function nextCode(): string {
  codes += 1;
  return chief.recoveryCodes[codes - 1] ?? '';
}

interface Deed {
  readonly what: string;
  readonly method: string;
  readonly target: string;
  readonly body?: object;
}

const deeds: readonly Deed[] = [
  { what: 'takes bob’s second factor away', method: 'DELETE', target: '/api/v1/users/bob/two-factor' },
  { what: 'makes a link that opens bob’s account', method: 'POST', target: '/api/v1/users/bob/password-reset' },
  {
    what: 'sets bob’s password',
    method: 'PUT',
    target: '/api/v1/users/bob/password',
    body: { newPassword: 'a password of a thief' },
  },
  {
    what: 'makes bob an administrator of the installation',
    method: 'PUT',
    target: '/api/v1/users/bob/installation-admin',
    body: { installationAdmin: true },
  },
  {
    what: 'makes an account with a password',
    method: 'POST',
    target: '/api/v1/users',
    body: { username: 'mallory', password: 'a password of a thief' },
  },
  {
    what: 'says where keys of everybody’s issuer are',
    method: 'POST',
    target: issuers,
    body: { provider: 'github-actions', url: github, jwksUri: 'https://keys.evil.example/jwks' },
  },
  {
    what: 'makes an organization trust an issuer',
    method: 'POST',
    target: ofAcme,
    body: { provider: 'gitlab-ci', url: 'https://gitlab.evil.example', enabled: false },
  },
];

const done = (deed: Deed, as: Credential, more: object = {}): Promise<Answer> => {
  const body = { ...deed.body, ...more };
  return auth.http(deed.method, deed.target, { as, ...(Object.keys(body).length === 0 ? {} : { body }) });
};

const needed = { status: 401, json: { code: 'login.second-factor-needed' } };

describe.each(deeds)('who $what', (deed) => {
  it('needs a code of their second factor with a token (W7, P8, T3)', async () => {
    expect(await done(deed, stolen)).toMatchObject(needed);
    expect(await done(deed, stolen, { code: '' })).toMatchObject({ status: 400 });
  });

  it('has proven at a browser a moment ago who they are (W7)', async () => {
    await ground.age('chief');
    expect(await done(deed, chief.session)).toMatchObject({ status: 403, json: { code: 'auth.step-up-required' } });
    await auth.query(`UPDATE sessions SET proven_at = now()`);
  });

  it('does it with the code (W7)', async () => {
    expect((await done(deed, stolen, { code: nextCode() })).status).toBeLessThan(300);
  });
});

it('the second factor of the token’s own person stays, without a code of it (W7, P8)', async () => {
  const target = '/api/v1/users/chief/two-factor';
  expect(await auth.http('DELETE', target, { as: stolen })).toMatchObject(needed);
  expect(await auth.http('DELETE', target, { as: stolen, body: { code: '0000-wrong' } })).toMatchObject({
    status: 401,
    json: { code: 'login.second-factor-failed' },
  });
  const [row] = await auth.query(`SELECT two_factor_enabled_at FROM users WHERE username = 'chief'`);
  expect(row?.['two_factor_enabled_at']).not.toBeNull();
});

describe('an issuer that is there', () => {
  let made = 0;

  async function registered(path: string): Promise<string> {
    made += 1;
    const body = { provider: 'gitlab-ci', url: `https://gitlab-${made}.example`, enabled: false };
    const answer = await auth.http('POST', path, { as: auth.admin, body });
    expect(answer.status).toBe(201);
    return `${path}/${String(answer.json['id'])}`;
  }

  it.each([
    { path: issuers, more: [{ jwksUri: 'https://keys.evil.example/jwks' }, { jwksUri: null }] },
    { path: ofAcme, more: [] },
  ])('$path is named and disabled with a token, and nothing else without a code (W7, T3)', async ({ path, more }) => {
    const target = await registered(path);
    const change = (body: object) => auth.http('PATCH', target, { as: stolen, body });
    expect((await change({ title: 'Ours' })).status).toBe(200);
    expect((await change({ enabled: false })).status).toBe(200);
    const others = [{ enabled: true }, { algorithms: ['ES256'] }, { title: 'Ours', allowFixedAudience: false }];
    for (const body of [...others, ...more]) expect(await change(body)).toMatchObject(needed);
    // What is public would be trusted again without it.
    expect(await auth.http('DELETE', target, { as: stolen })).toMatchObject(needed);
  });

  it('tells in the audit how it was proven who changed it (W9)', async () => {
    const target = await registered(ofAcme);
    await auth.http('PATCH', target, { as: auth.admin, body: { algorithms: ['ES256'] } });
    const rows = await auth.query(`SELECT details FROM audit_events WHERE subject = $1 ORDER BY at`, [
      `oidc-issuer:${target.split('/').at(-1) ?? ''}`,
    ]);
    expect(rows.map(({ details }) => details)).toMatchObject([{ provenBy: 'token' }, { provenBy: 'token' }]);
  });
});

it('no service account does any of it, whatever it was given (W7, P8)', async () => {
  await auth.http('POST', '/api/v1/orgs/acme/service-accounts', {
    as: auth.admin,
    body: { name: 'robot', description: 'builds' },
  });
  const made = await auth.http('POST', '/api/v1/orgs/acme/service-accounts/robot/tokens', {
    as: auth.admin,
    body: {
      description: 'ci',
      scopes: [{ actions: ['read', 'admin'], on: { kind: 'organization', organization: 'acme' } }],
    },
  });
  const [row] = await auth.query(`SELECT user_id FROM tokens WHERE token_id = $1`, [made.json['id']]);
  const asAdmin = {
    ...(await auth.principal({ token: String(made.json['token']) })),
    installationAdmin: true,
    scopes: [{ actions: ['read', 'metadata', 'manage-access', 'admin'], on: { kind: 'everything' } }],
  };
  expect(asAdmin).toMatchObject({ kind: 'token', userId: row?.['user_id'] });
  for (const { method, target, body } of deeds.filter(({ target: path }) => path !== ofAcme)) {
    const answer = await auth.httpAs(method, target, asAdmin as Parameters<RunningAuth['httpAs']>[2], {
      ...(body === undefined ? {} : { body }),
    });
    expect(answer).toMatchObject({ status: 403, json: { code: 'auth.people-only' } });
  }
});
