import { describeUser } from '@waybill/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningAuth, startAuth } from '../../test/running-auth.js';

let auth: RunningAuth;

beforeAll(async () => {
  auth = await startAuth();
});

afterAll(async () => {
  await auth.stop();
});

const password = 'correct horse battery';

describe('users', () => {
  it('are made by administrators of the installation, with names that are unique whatever their case', async () => {
    const create = (username: string) =>
      auth.http('POST', '/api/v1/users', { as: auth.admin, body: { username, password, email: 'a@b.example' } });
    const created = await create('ada');
    expect(created.status).toBe(201);
    expect(created.json).toMatchObject({ username: 'ada', email: 'a@b.example', installationAdmin: false });
    expect(JSON.stringify(created.json)).not.toMatch(/hash|\$2b/);
    expect((await create('ada')).status).toBe(409);
    expect((await create('Ada')).status).toBe(400);
    await expect(auth.query(`UPDATE users SET username = 'ADA' WHERE username = 'ada'`)).rejects.toThrow(
      'users_username_lower_case',
    );
  });

  it('see themselves and nobody else, and cannot tell who exists (A3, A6)', async () => {
    const ben = await auth.person('ben');
    await auth.person('cyd');
    expect((await auth.http('GET', '/api/v1/users/ben', { as: ben.session })).json).toMatchObject({ username: 'ben' });
    const other = await auth.http('GET', '/api/v1/users/cyd', { as: ben.session });
    const nobody = await auth.http('GET', '/api/v1/users/nobody', { as: ben.session });
    expect([other.status, nobody.status]).toEqual([404, 404]);
    expect(other.withoutRequestId).toEqual(nobody.withoutRequestId);
    expect((await auth.http('GET', '/api/v1/users/ben')).status).toBe(401);
    expect((await auth.http('GET', '/api/v1/users/nobody')).status).toBe(401);
    expect((await auth.http('GET', '/api/v1/users', { as: ben.session })).status).toBe(403);
  });

  it('cannot make themselves administrators, nor users, nor others suspended (A8)', async () => {
    const dan = await auth.person('dan');
    const tries = await Promise.all([
      auth.http('PUT', '/api/v1/users/dan/installation-admin', { as: dan.session, body: { installationAdmin: true } }),
      auth.http('PUT', '/api/v1/users/admin/suspension', { as: dan.session, body: { suspended: true } }),
      auth.http('POST', '/api/v1/users', { as: dan.session, body: { username: 'mine', password } }),
      auth.http('PUT', '/api/v1/users/admin/password', { as: dan.session, body: { newPassword: password } }),
    ]);
    expect(tries.map(({ status }) => status)).toEqual([403, 403, 403, 404]);
  });

  it('are administrators by what the server has stored, from the next introspection on; the change is audited (A8, W9)', async () => {
    const eve = await auth.person('eve');
    const set = (installationAdmin: boolean) =>
      auth.http('PUT', '/api/v1/users/eve/installation-admin', { as: auth.admin, body: { installationAdmin } });
    expect((await set(true)).status).toBe(204);
    expect((await set(true)).status).toBe(204);
    expect((await auth.introspect(eve.session)).principal).toMatchObject({ installationAdmin: true });
    expect((await set(false)).status).toBe(204);
    expect((await auth.introspect(eve.session)).principal).toMatchObject({ installationAdmin: false });
    expect(await auth.audit(`user:${eve.userId}`)).toEqual([
      'user.create',
      'user.grant-installation-admin',
      'user.revoke-installation-admin',
    ]);
  });

  it('keep one administrator', async () => {
    const path = '/api/v1/users/admin';
    const demoted = await auth.http('PUT', `${path}/installation-admin`, {
      as: auth.admin,
      body: { installationAdmin: false },
    });
    const suspended = await auth.http('PUT', `${path}/suspension`, { as: auth.admin, body: { suspended: true } });
    expect([demoted.status, suspended.status]).toEqual([409, 409]);
    expect(demoted.json['code']).toBe('installation.last-admin');
  });

  it.each([
    ['5,000 levels', `{"username":${'['.repeat(5000)}${']'.repeat(5000)}}`],
    ['a key twice', `{"username":"zoe","password":"${password}","installationAdmin":false,"installationAdmin":true}`],
    ['__proto__', `{"username":"zoe","password":"${password}","__proto__":{"installationAdmin":true}}`],
    ['a broken end', `{"username":"zoe","password":"${password}"`],
  ])('are not made from a body with %s (I4)', async (_what, text) => {
    const refused = await auth.http('POST', '/api/v1/users', { as: auth.admin, text });
    expect(refused.status).toBe(400);
    expect(refused.headers['content-type']).toContain('application/problem+json');
    expect(await auth.query(`SELECT 1 FROM users WHERE username = 'zoe'`)).toEqual([]);
  });

  it('are kept by no cache, nor is anything else about people (A9)', async () => {
    const gus = await auth.person('gus');
    const paths = ['users/gus', 'tokens', 'session', 'orgs'];
    const answers = await Promise.all(paths.map((path) => auth.http('GET', `/api/v1/${path}`, { as: gus.session })));
    expect(answers.map(({ status, headers }) => [status, headers['cache-control']])).toEqual(
      paths.map(() => [200, 'no-store']),
    );
  });

  it('are listed in pages', async () => {
    const first = await auth.http('GET', '/api/v1/users?limit=2', { as: auth.admin });
    expect(first.json['items']).toHaveLength(2);
    const next = await auth.http('GET', `/api/v1/users?limit=2&cursor=${String(first.json['next'])}`, {
      as: auth.admin,
    });
    expect(JSON.stringify(next.json['items'])).not.toContain(JSON.stringify((first.json['items'] as unknown[])[0]));
    expect((await auth.http('GET', '/api/v1/users?cursor=%00', { as: auth.admin })).status).toBe(400);
    expect((await auth.http('GET', '/api/v1/users?limit=100000', { as: auth.admin })).status).toBe(400);
  });

  it('are described to themselves in full, to fellow members by name, to others not at all (A6)', async () => {
    const fay = await auth.person('fay', { email: 'fay@b.example' });
    const gil = await auth.person('gil');
    const describeTo = async (as: { session: string }) =>
      (await auth.ask(describeUser, { principal: (await auth.introspect(as)).principal!, username: 'Fay' })).user;
    expect(await describeTo(fay.session)).toEqual({ username: 'fay', email: 'fay@b.example' });
    expect(await describeTo(gil.session)).toBeNull();
    for (const username of ['fay', 'gil']) {
      await auth.http('POST', '/api/v1/orgs/acme/members', {
        as: auth.admin,
        body: { username, role: 'reader' },
      });
    }
    expect(await describeTo(gil.session)).toEqual({ username: 'fay', email: null });
  });
});
