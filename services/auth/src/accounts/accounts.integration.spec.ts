import { issueTokenForPassword } from '@waybill/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Person, type RunningAuth, startAuth } from '../../test/running-auth.js';

let auth: RunningAuth;

beforeAll(async () => {
  auth = await startAuth();
});

afterAll(async () => {
  await auth.stop();
});

function remove(username: string, as: Person['session'] | { token: string }, confirm = username) {
  return auth.http('DELETE', `/api/v1/users/${username}`, { as, body: { confirm } });
}

describe('an account', () => {
  it('is shown to its person, with what they need to know of their second factor', async () => {
    const ada = await auth.person('ada', { email: 'ada@example.org' });
    const shown = await auth.http('GET', '/api/v1/account', { as: ada.session });
    expect(shown.json).toMatchObject({
      username: 'ada',
      email: 'ada@example.org',
      emailVerified: false,
      twoFactorEnabledAt: null,
      recoveryCodesLeft: 0,
    });
    expect((await auth.http('GET', '/api/v1/account')).status).toBe(401);
  });

  it('changes by merge patch, as nobody changed it meanwhile', async () => {
    const ben = await auth.person('ben', { email: 'ben@example.org' });
    const as = ben.session;
    const target = '/api/v1/users/ben';
    const { headers } = await auth.http('GET', target, { as });
    const etag = String(headers['etag']);
    const body = { bio: 'Packs.\nShips.', website: 'https://ben.example' };
    const patched = await auth.http('PATCH', target, { as, body, headers: { 'if-match': etag } });
    expect(patched.json).toMatchObject({
      bio: 'Packs.\nShips.',
      website: 'https://ben.example/',
      email: 'ben@example.org',
    });
    const stale = await auth.http('PATCH', target, { as, body: { bio: null }, headers: { 'if-match': etag } });
    expect(stale.json).toMatchObject({ status: 412, code: 'etag.stale' });
    const fresh = { 'if-match': String(patched.headers['etag']), 'content-type': 'application/merge-patch+json' };
    const removed = await auth.http('PATCH', target, { as, body: { bio: null, email: null }, headers: fresh });
    expect(removed.json).toMatchObject({ bio: null, website: 'https://ben.example/', email: null });
    for (const website of ['http://a.example', 'javascript:alert(1)', 'https://a:b@c.example', 'x']) {
      expect((await auth.http('PATCH', target, { as, body: { website } })).json['code']).toBe('user.website');
    }
    expect(await auth.audit(`user:${ben.userId}`)).toEqual(['user.create', 'user.update', 'user.update']);
    const other = await auth.person('other');
    expect((await auth.http('PATCH', target, { as: other.session, body: { bio: 'x' } })).status).toBe(404);
  });

  it('gets another e-mail address only after a fresh proof (W7)', async () => {
    const cleo = await auth.person('cleo', { email: 'cleo@example.org' });
    await auth.query(`UPDATE sessions SET proven_at = 'epoch' WHERE user_id = $1`, [cleo.userId]);
    const patch = (body: object) => auth.http('PATCH', '/api/v1/users/cleo', { as: cleo.session, body });
    expect((await patch({ email: 'thief@example.org' })).json['code']).toBe('auth.step-up-required');
    expect((await patch({ email: 'cleo@example.org', fullName: 'Cleo' })).status).toBe(200);
  });

  it('lists its sessions and ends them one by one or all but this (A3)', async () => {
    const dan = await auth.person('dan');
    const other = await auth.again('dan');
    const third = await auth.again('dan');
    const list = async () =>
      (await auth.http('GET', '/api/v1/account/sessions', { as: dan.session })).json['items'] as Record<
        string,
        unknown
      >[];
    const sessions = await list();
    expect(sessions).toHaveLength(3);
    expect(sessions.filter(({ current }) => current)).toHaveLength(1);
    expect(sessions[0]).toMatchObject({ clientAddress: '10.0.0.1' });
    const stranger = await auth.person('stranger');
    const end = (id: unknown, as: Person) =>
      auth.http('DELETE', `/api/v1/account/sessions/${String(id)}`, { as: as.session });
    expect((await end(sessions[0]?.['id'], stranger)).status).toBe(404);
    expect((await end('nonsense', dan)).status).toBe(404);
    expect((await end(sessions[0]?.['id'], dan)).status).toBe(204);
    expect(await auth.principal(third.session)).toEqual({ kind: 'anonymous' });
    expect((await auth.http('DELETE', '/api/v1/account/sessions', { as: dan.session })).status).toBe(204);
    expect(await auth.principal(other.session)).toEqual({ kind: 'anonymous' });
    expect(await list()).toMatchObject([{ current: true }]);
  });

  it('is exported with everything about its person and no secret (W6)', async () => {
    const eve = await auth.person('eve', { email: 'eve@example.org' });
    await auth.http('POST', '/api/v1/orgs', { as: auth.admin, body: { name: 'exported', owner: 'eve' } });
    const { token } = await auth.token(eve, [{ actions: ['read'], on: { kind: 'everything' } }]);
    const exported = await auth.http('GET', '/api/v1/account/export', { as: (await auth.again('eve')).session });
    expect(exported.json).toMatchObject({
      account: { username: 'eve', email: 'eve@example.org' },
      memberships: [{ organization: 'exported', role: 'owner' }],
      tokens: [{ description: 'test' }],
    });
    expect(exported.json['sessions']).not.toEqual([]);
    expect(exported.json['auditEvents']).not.toEqual([]);
    const text = JSON.stringify(exported.json);
    const [hashes] = await auth.query(
      'SELECT password_hash, (SELECT token_hash FROM tokens t WHERE t.user_id = u.user_id) FROM users u WHERE username = $1',
      ['eve'],
    );
    for (const secret of [token, eve.session.session, ...Object.values(hashes ?? {})])
      expect(text).not.toContain(secret);
  });
});

describe('the deletion of an account', () => {
  it('needs a fresh proof, the name once more, and a person at a browser (W7)', async () => {
    const fay = await auth.person('fay');
    expect((await remove('fay', fay.session, 'fya')).json).toMatchObject({ status: 400, code: 'account.confirm' });
    const { token } = await auth.token(fay, [{ actions: ['read', 'admin'], on: { kind: 'everything' } }]);
    expect((await remove('fay', { token })).json['code']).toBe('auth.session-required');
    await auth.query(`UPDATE sessions SET proven_at = 'epoch' WHERE user_id = $1`, [fay.userId]);
    expect((await remove('fay', fay.session)).json['code']).toBe('auth.step-up-required');
    expect((await remove('fay', (await auth.person('gus')).session)).status).toBe(404);
  });

  it('ends everything, erases what is personal, and keeps the name from everybody else', async () => {
    const hal = await auth.person('hal', { email: 'hal@canary.example' });
    await auth.http('POST', '/api/v1/orgs/acme/members', { as: auth.admin, body: { username: 'hal', role: 'member' } });
    await auth.http('PATCH', '/api/v1/users/hal', { as: hal.session, body: { fullName: 'Hal Canary', bio: 'canary' } });
    const { token } = await auth.token(hal, [{ actions: ['read'], on: { kind: 'everything' } }]);
    expect((await remove('hal', hal.session)).status).toBe(204);
    for (const credential of [hal.session, { token }]) {
      expect(await auth.principal(credential)).toEqual({ kind: 'anonymous' });
    }
    expect((await auth.signIn('hal', hal.password)).status).toBe(401);
    const login = { username: 'hal', password: hal.password, description: 'npm', clientAddress: '10.0.0.1' };
    await expect(auth.ask(issueTokenForPassword, login)).rejects.toMatchObject({ code: 'login.failed' });
    const [row] = await auth.query(`SELECT to_jsonb(u)::text AS text FROM users u WHERE username = 'hal'`);
    expect(String(row?.['text'])).not.toMatch(/canary/i);
    expect(await auth.query('SELECT 1 FROM memberships WHERE user_id = $1', [hal.userId])).toEqual([]);
    expect((await auth.audit(`user:${hal.userId}`)).filter((action) => action === 'user.delete')).toHaveLength(1);
    const again = { username: 'hal', password: 'another password', email: 'x@example.org' };
    expect((await auth.http('POST', '/api/v1/users', { as: auth.admin, body: again })).json['code']).toBe(
      'username.taken',
    );
    const back = { suspended: false };
    expect((await auth.http('PUT', '/api/v1/users/hal/suspension', { as: auth.admin, body: back })).status).toBe(404);
    expect((await auth.http('GET', '/api/v1/users/hal', { as: auth.admin })).status).toBe(404);
    const added = { username: 'hal', role: 'member' };
    expect((await auth.http('POST', '/api/v1/orgs/acme/members', { as: auth.admin, body: added })).status).toBe(404);
  });

  it('leaves no row about the person in any table that names people', async () => {
    const ivy = await auth.person('ivy');
    await remove('ivy', ivy.session);
    const columns = await auth.query(`
      SELECT c.conrelid::regclass::text AS name, a.attname AS column FROM pg_constraint c
      JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
      WHERE c.contype = 'f' AND c.confrelid = 'users'::regclass`);
    // These say what somebody did, not who they are.
    const kept = ['tokens', 'package_owners', 'invitations.invited_by'];
    const tables = columns
      .map((row) => ({ name: String(row['name']), column: String(row['column']) }))
      .filter(({ name, column }) => !kept.includes(name) && !kept.includes(`${name}.${column}`));
    expect(tables.length).toBeGreaterThan(8);
    for (const { name, column } of tables) {
      const rows = await auth.query(`SELECT 1 FROM ${name} WHERE ${column} = $1`, [ivy.userId]);
      expect({ name, rows }).toEqual({ name, rows: [] });
    }
  });

  it('is refused to the last owner of an organization and to the last administrator', async () => {
    const kim = await auth.person('kim');
    await auth.http('POST', '/api/v1/orgs', { as: auth.admin, body: { name: 'kims', owner: 'kim' } });
    const session = (await auth.again('kim')).session;
    const refused = await remove('kim', session);
    expect(refused.json).toMatchObject({
      status: 409,
      code: 'account.last-owner',
      details: { organizations: ['kims'] },
    });
    expect(await auth.principal(kim.session)).not.toEqual({ kind: 'anonymous' });
    const admin = await auth.signIn('admin', 'a password for tests');
    expect((await remove('admin', { session: admin.secret })).json['code']).toBe('installation.last-admin');
  });

  it('happens once, however many ask for it at once, and two owners cannot both go', async () => {
    const [leo, mia] = [await auth.person('leo'), await auth.person('mia')];
    await auth.http('POST', '/api/v1/orgs', { as: auth.admin, body: { name: 'shared', owner: 'leo' } });
    const body = { username: 'mia', role: 'owner' };
    await auth.http('POST', '/api/v1/orgs/shared/members', { as: auth.admin, body });
    const both = await Promise.all([remove('leo', leo.session), remove('mia', mia.session)]);
    expect(both.map(({ status }) => status).toSorted()).toEqual([204, 409]);
    const ned = await auth.person('ned');
    const all = await Promise.all(Array.from({ length: 20 }, () => remove('ned', ned.session)));
    expect(all.filter(({ status }) => status === 204)).toHaveLength(1);
    expect((await auth.audit(`user:${ned.userId}`)).filter((action) => action === 'user.delete')).toHaveLength(1);
  });
});
