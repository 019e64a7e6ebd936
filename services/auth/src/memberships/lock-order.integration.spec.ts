import type { RunningOpenIdServer } from '@waybill/testing';
import { startOpenIdServer } from '@waybill/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningAuth, startAuth } from '../../test/running-auth.js';

let auth: RunningAuth;
let provider: RunningOpenIdServer;

beforeAll(async () => {
  provider = await startOpenIdServer('https://waybill.example/login/sign-on/return');
  auth = await startAuth({
    settings: {
      WAYBILL_SIGN_ON_ISSUER: provider.issuer,
      WAYBILL_SIGN_ON_CLIENT_ID: provider.clientId,
      WAYBILL_SIGN_ON_CLIENT_SECRET: provider.clientSecret,
      WAYBILL_SIGN_ON_NAME: 'Acme ID',
    },
  });
  const body = { provider: 'oidc', group: 'Platform', role: 'auditor' };
  await auth.http('POST', '/api/v1/orgs/acme/group-mappings', { as: auth.admin, body });
});

afterAll(async () => {
  await auth.stop();
  await provider.stop();
});

/** All but the last step of a sign-in with the provider. */
async function begun(username: string, groups: string[]): Promise<() => Promise<number>> {
  provider.account = { sub: `id-${username}`, preferred_username: username, groups };
  const left = await auth.page('/login/sign-on');
  const back = await provider.visit(String(left.headers['location']));
  const [cookie = ''] = [left.headers['set-cookie'] ?? []].flat().map((line) => line.split(';')[0] ?? '');
  return async () => (await auth.page(`${back.pathname}${back.search}`, { headers: { cookie } })).status;
}

// Like every use case that changes a membership: the organization first, and then the user. It goes on once somebody waits.
const organizationThenUser = (username: string) => `
  DO $$ BEGIN
    SET LOCAL lock_timeout = '400ms';
    PERFORM 1 FROM organizations WHERE name = 'acme' FOR UPDATE;
    FOR turn IN 1..500 LOOP
      EXIT WHEN EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted);
      PERFORM pg_sleep(0.01);
    END LOOP;
    UPDATE users SET event_version = event_version + 1 WHERE username = '${username}';
  END $$`;

describe('organizations are locked before users', () => {
  it('by a sign-in whose groups give a membership, and by one whose groups take it', async () => {
    await (
      await begun('ada', [])
    )();
    for (const groups of [['Platform'], []]) {
      const finish = await begun('ada', groups);
      const [, status] = await Promise.all([auth.query(organizationThenUser('ada')), finish()]);
      expect(status).toBe(200);
    }
  });

  it('by twenty sign-ins and twenty changes of the same memberships at once', async () => {
    const people = Array.from({ length: 20 }, (_, index) => `person-${index}`);
    for (const username of people) await (await begun(username, ['Platform']))();
    const signIns = [];
    for (const [index, username] of people.entries())
      signIns.push(await begun(username, index % 2 ? ['Platform'] : []));
    const principal = await auth.principal(auth.admin);
    const changes = people.map((username) => () => {
      const body = { role: 'reader' };
      return auth.httpAs('PUT', `/api/v1/orgs/acme/members/${username}`, principal, { body });
    });
    const answers = await Promise.all(signIns.map((finish, index) => Promise.all([finish(), changes[index]?.()])));
    expect(answers.map(([status]) => status)).toEqual(people.map(() => 200));
    const { json } = await auth.http('GET', '/api/v1/orgs/acme/members?limit=100', { as: auth.admin });
    const names = (json['items'] as { username: string }[]).map(({ username }) => username);
    const kept = people.filter((_, index) => index % 2 === 1);
    expect(names.filter((name) => name.startsWith('person-')).toSorted()).toEqual(kept.toSorted());
    // Who is no member any more cannot be changed.
    expect(answers.every(([, changed]) => changed?.status === 204 || changed?.status === 404)).toBe(true);
  });
});
