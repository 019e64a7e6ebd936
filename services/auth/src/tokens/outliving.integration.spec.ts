import type { OrganizationId } from '@waybill/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Credential, Person } from '../../test/running-auth.js';
import { type RunningAuth, startAuth } from '../../test/running-auth.js';

let auth: RunningAuth;
let acme: OrganizationId;
const accounts = '/api/v1/orgs/acme/service-accounts';

beforeAll(async () => {
  auth = await startAuth();
  acme = (await auth.organizationId('acme')) as OrganizationId;
  await auth.http('POST', accounts, { as: auth.admin, body: { name: 'ci' } });
});

afterAll(async () => {
  await auth.stop();
});

/** As `waybill login` does it. */
async function login(person: Person): Promise<Credential & { token: string }> {
  const body = { description: 'waybill on laptop', wish: 'management' };
  const { json } = await auth.http('POST', '/api/v1/web-logins', { body });
  await auth.page(new URL(String(json['loginUrl'])).pathname, { as: person.session, form: { step: 'confirm' } });
  const polled = await auth.http('POST', '/api/v1/web-logins/poll', { body: { pollSecret: json['pollSecret'] } });
  return { token: String(polled.json['token']) };
}

async function owner(username: string): Promise<Person> {
  const person = await auth.person(username);
  await auth.http('POST', '/api/v1/orgs/acme/members', { as: auth.admin, body: { username, role: 'owner' } });
  return person;
}

const ofAccount = (as: Credential, more: object = {}) =>
  auth.http('POST', `${accounts}/ci/tokens`, { as, body: { description: 'ci', preset: 'ci', ...more } });
const ofOneself = (as: Credential, more: object = {}) =>
  auth.http('POST', '/api/v1/tokens', { as, body: { description: 'mine', preset: 'ci', ...more } });
const daysOf = (text: unknown) => Math.round((Date.parse(String(text)) - Date.now()) / 86_400_000);
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
const onAcme = {
  kind: 'organization',
  get organizationId() {
    return acme;
  },
};

describe('tokens that are made with a login of the command line', () => {
  it('of service accounts live as long as others do, also when the login is over', async () => {
    const token = await login(await owner('ada'));
    const made = await ofAccount(token);
    expect([made.status, daysOf(made.json['expiresAt']), made.json['shortenedTo'], made.json['warning']]).toEqual([
      201,
      90,
      null,
      null,
    ]);
    expect(daysOf((await ofAccount(token, { expiresAt: inDays(200) })).json['expiresAt'])).toBe(200);
    await auth.query(`UPDATE tokens SET expires_at = now() WHERE user_id <> $1 AND is_login`, [crypto.randomUUID()]);
    expect((await auth.introspect({ token: String(made.json['token']) })).principal).not.toBeNull();
  });

  it('of one’s own live as long as others do right after the login, and end with it later on, which is said (W7)', async () => {
    const ben = await owner('ben');
    const token = await login(ben);
    const made = await ofOneself(token);
    expect([made.status, daysOf(made.json['expiresAt']), made.json['shortenedTo']]).toEqual([201, 90, null]);
    await auth.query(`UPDATE tokens SET created_at = now() - interval '1 hour' WHERE user_id = $1`, [ben.userId]);
    const late = await ofOneself(token);
    expect([late.status, daysOf(late.json['shortenedTo']), late.json['shortenedTo']]).toEqual([
      201,
      7,
      late.json['expiresAt'],
    ]);
    expect(late.json['warning']).toMatch(/sign in again/);
    const refused = await ofOneself(token, { expiresAt: inDays(90) });
    expect([refused.status, refused.json['code']]).toEqual([403, 'token.beyond-ceiling']);
  });

  it('end when the login is reported as leaked, even if that is over (A4)', async () => {
    const cyd = await owner('cyd');
    const token = await login(cyd);
    const made = [await ofAccount(token), await ofOneself(token)];
    await auth.query(`UPDATE tokens SET expires_at = now() WHERE user_id = $1 AND is_login`, [cyd.userId]);
    await auth.http('POST', '/api/v1/leaked-tokens', { body: { token: token.token }, asUpload: true });
    for (const { json } of made) {
      expect((await auth.introspect({ token: String(json['token']) })).principal).toBeNull();
    }
  });
});

describe('tokens that are made with other tokens', () => {
  it('of one’s own never outlive them, however new they are (A4)', async () => {
    const dan = await owner('dan');
    const scopes = [{ actions: ['admin', 'read', 'publish'], on: { kind: 'everything' } }];
    const short = await auth.token(dan, scopes, inDays(2));
    const made = await ofOneself(short);
    expect([made.status, daysOf(made.json['shortenedTo'])]).toEqual([201, 2]);
    expect((await ofOneself(short, { expiresAt: inDays(3) })).json['code']).toBe('token.beyond-ceiling');
  });

  it('of service accounts are never wider than them, and need the right to manage access (A4)', async () => {
    const eve = await owner('eve');
    const narrow = await auth.token(eve, [{ actions: ['manage-access', 'read'], on: onAcme }], inDays(2));
    const on = { kind: 'organization', organization: 'acme' };
    expect((await ofAccount(narrow, { on })).json['code']).toBe('token.beyond-ceiling');
    const reading = await ofAccount(narrow, { preset: 'read-only', on });
    expect([reading.status, daysOf(reading.json['shortenedTo'])]).toEqual([201, 2]);
    const publishing = await auth.token(eve, [{ actions: ['publish', 'read'], on: onAcme }]);
    expect((await ofAccount(publishing, { preset: 'read-only', on })).status).toBe(403);
  });

  it('of service accounts never outlive them, whatever is asked for (A4, W7)', async () => {
    const gil = await owner('gil');
    const scopes = [{ actions: ['admin', 'manage-access', 'read', 'publish'], on: { kind: 'everything' } }];
    const short = await auth.token(gil, scopes, new Date(Date.now() + 5 * 60_000).toISOString());
    expect((await ofAccount(short, { expiresAt: inDays(90) })).json['code']).toBe('token.beyond-ceiling');
    const made = await ofAccount(short);
    expect([made.status, daysOf(made.json['shortenedTo'])]).toEqual([201, 0]);
    expect(made.json['warning']).toMatch(/sign in again/);
  });

  it('are listed by the one that they were created with, also when it is revoked, to its owner alone (A3)', async () => {
    const hal = await owner('hal');
    const token = await login(hal);
    const { json } = await auth.http('GET', '/api/v1/tokens', { as: hal.session });
    const [{ id }] = json['items'] as [{ id: string }];
    const made = [await ofAccount(token), await ofOneself(token)].map((answer) => answer.json['id']);
    expect((await auth.http('DELETE', `/api/v1/tokens/${id}`, { as: hal.session })).status).toBe(204);
    const left = async (as: Credential) =>
      (await auth.http('GET', `/api/v1/tokens?createdWith=${id}`, { as })).json['items'] as Record<string, unknown>[];
    const found = await left(hal.session);
    expect(found.map((item) => [item['id'], item['kind']])).toEqual([
      [made[1], 'personal'],
      [made[0], 'service'],
    ]);
    expect(found.map((item) => item['ownerId'] === hal.userId)).toEqual([true, false]);
    expect(await left(auth.admin)).toEqual([]);
  });

  it('do not come from a token made from a token, whatever that may do (A4)', async () => {
    const token = await login(await owner('fay'));
    const body = { description: 'job', ttlSeconds: 600 };
    const { json } = await auth.http('POST', '/api/v1/tokens/attenuate', { as: token, body });
    const child = { token: String(json['token']) };
    expect((await ofAccount(child)).json['code']).toBe('token.beyond-ceiling');
    const own = await ofOneself(child);
    expect([own.status, own.json['expiresAt'], own.json['shortenedTo']]).toEqual([
      201,
      json['expiresAt'],
      json['expiresAt'],
    ]);
  });

  it('of machines prolong no machine (A4)', async () => {
    const grant = {
      subject: { serviceAccount: 'acme/ci' },
      on: { organization: 'acme' },
      actions: ['read', 'manage-access'],
    };
    expect((await auth.http('PUT', '/api/v1/orgs/acme/grants', { as: auth.admin, body: grant })).status).toBe(200);
    const scopes = [{ actions: ['read', 'manage-access'], on: { kind: 'organization', organization: 'acme' } }];
    const machine = await ofAccount(auth.admin, { preset: undefined, scopes, expiresAt: inDays(3) });
    const token = { token: String(machine.json['token']) };
    const on = { kind: 'organization', organization: 'acme' };
    const made = await ofAccount(token, { preset: 'read-only', on });
    expect([made.status, made.json['shortenedTo']]).toEqual([201, machine.json['expiresAt']]);
    const longer = await ofAccount(token, { preset: 'read-only', on, expiresAt: inDays(4) });
    expect(longer.json['code']).toBe('token.beyond-ceiling');
  });
});
