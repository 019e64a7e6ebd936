import { randomUUID } from 'node:crypto';
import { grantsChanged } from '@waybill/contracts';
import type { OrganizationId } from '@waybill/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Credential, Person } from '../../test/running-auth.js';
import { type RunningAuth, startAuth } from '../../test/running-auth.js';

let auth: RunningAuth;
let organizationId: OrganizationId;
const teams = '/api/v1/orgs/acme/teams';

beforeAll(async () => {
  auth = await startAuth();
  organizationId = (await auth.organizationId('acme')) as OrganizationId;
});

afterAll(async () => {
  await auth.stop();
});

async function member(username: string, role = 'member'): Promise<Person> {
  await auth.person(username);
  const body = { username, role };
  const made = await auth.http('POST', '/api/v1/orgs/acme/members', { as: auth.admin, body });
  expect([201, 409]).toContain(made.status);
  return auth.again(username);
}

async function team(name: string, settings: object = {}): Promise<string> {
  const made = await auth.http('POST', teams, { as: auth.admin, body: { name, ...settings } });
  expect(made.status).toBe(201);
  return String(made.json['id']);
}

const put = (as: Credential, name: string, username: string, body: object = {}) =>
  auth.http('PUT', `${teams}/${name}/members/${username}`, { as, body });
const remove = (as: Credential, name: string, username: string) =>
  auth.http('DELETE', `${teams}/${name}/members/${username}`, { as });
const names = async (as: Credential, path = teams) =>
  ((await auth.http('GET', path, { as })).json['items'] as Record<string, unknown>[]).map(
    (item) => item['name'] ?? item['username'],
  );

describe('teams', () => {
  it('are joined by others after a proof of a moment ago only, like all that gives access (W7)', async () => {
    const old = await member('old-session', 'admin');
    await member('newcomer');
    await team('guarded');
    await auth.query(`UPDATE sessions SET proven_at = now() - interval '1 hour' WHERE user_id = $1`, [old.userId]);
    const { status, json } = await put(old.session, 'guarded', 'newcomer');
    expect([status, json['code']]).toEqual([403, 'auth.step-up-required']);
  });

  it('are maintained by nobody who lacks the second factor that the organization requires (W7)', async () => {
    const mona = await member('mona');
    await member('novice');
    await team('strict');
    expect((await put(auth.admin, 'strict', 'mona', { maintainer: true })).status).toBe(204);
    const required = (value: boolean) =>
      auth.query('UPDATE organizations SET two_factor_required = $2 WHERE organization_id = $1', [
        organizationId,
        value,
      ]);
    await required(true);
    expect((await put(mona.session, 'strict', 'novice')).status).toBe(404);
    await required(false);
    expect((await put(mona.session, 'strict', 'novice')).status).toBe(204);
    await required(true);
    expect((await remove(mona.session, 'strict', 'mona')).status).toBe(204);
    await required(false);
  });

  it('are made, changed and deleted by who manages access, with one audit each (W9)', async () => {
    const ada = await member('ada', 'admin');
    const ben = await member('ben');
    expect((await auth.http('POST', teams, { as: ben.session, body: { name: 'mine' } })).status).toBe(403);
    const made = await auth.http('POST', teams, { as: ada.session, body: { name: 'devs', displayName: 'Developers' } });
    expect([made.status, made.headers['etag'], made.json]).toMatchObject([
      201,
      '"1"',
      { name: 'devs', displayName: 'Developers', description: null, secret: false },
    ]);
    const taken = await auth.http('POST', teams, { as: ada.session, body: { name: 'devs' } });
    expect([taken.status, taken.json['code']]).toEqual([409, 'team.name-taken']);
    expect((await auth.http('POST', teams, { as: ada.session, body: { name: 'No Slug' } })).status).toBe(400);
    const change = (body: object, headers = {}) =>
      auth.http('PATCH', `${teams}/devs`, { as: ada.session, body, headers });
    expect((await change({ description: 'They build.' }, { 'if-match': '"1"' })).headers['etag']).toBe('"2"');
    expect((await change({ description: 'x' }, { 'if-match': '"1"' })).status).toBe(412);
    expect((await change({ displayName: null, name: 'builders' })).json).toMatchObject({
      name: 'builders',
      displayName: null,
    });
    expect((await auth.http('GET', `${teams}/devs`, { as: ben.session })).status).toBe(404);
    expect((await auth.http('GET', `${teams}/builders`, { as: ben.session })).json['description']).toBe('They build.');
    expect((await auth.http('DELETE', `${teams}/builders`, { as: ben.session })).status).toBe(403);
    expect((await auth.http('DELETE', `${teams}/builders`, { as: ada.session })).status).toBe(204);
    expect((await auth.http('DELETE', `${teams}/builders`, { as: ada.session })).status).toBe(404);
    expect(await auth.audit(`team:${String(made.json['id'])}`)).toEqual([
      'team.create',
      'team.change',
      'team.change',
      'team.delete',
    ]);
  });

  it('that are secret are known to their members and to who manages access or audits; to others they are as missing (A6)', async () => {
    const ben = await member('ben');
    const cyd = await member('cyd');
    const eva = await member('eva', 'auditor');
    const out = await auth.person('outsider');
    await team('hidden', { secret: true });
    await team('seen');
    await put(auth.admin, 'hidden', 'cyd');
    expect(await names(ben.session)).not.toContain('hidden');
    for (const knowing of [cyd, eva]) expect(await names(knowing.session)).toContain('hidden');
    for (const path of ['', '/members']) {
      const hidden = await auth.http('GET', `${teams}/hidden${path}`, { as: ben.session });
      const missing = await auth.http('GET', `${teams}/no-such-team${path}`, { as: ben.session });
      expect([hidden.status, hidden.withoutRequestId]).toEqual([404, missing.withoutRequestId]);
      expect((await auth.http('GET', `${teams}/seen${path}`, { as: out.session })).withoutRequestId).toBe(
        missing.withoutRequestId,
      );
    }
    const [onHidden, onMissing] = [await put(ben.session, 'hidden', 'ben'), await put(ben.session, 'no-such', 'ben')];
    expect([onHidden.status, onHidden.withoutRequestId]).toEqual([403, onMissing.withoutRequestId]);
    expect((await auth.http('GET', teams)).status).toBe(401);
  });

  it('come in pages by name', async () => {
    await team('page-a');
    await team('page-b');
    const first = await auth.http('GET', `${teams}?limit=1`, { as: auth.admin });
    expect(first.json['items']).toHaveLength(1);
    const next = /^<(.*)>; rel="next"$/.exec(String(first.headers['link']))?.[1] ?? '';
    expect(await names(auth.admin, next)).toHaveLength(1);
  });
});

describe('members of a team', () => {
  it('are of the organization, and its service accounts; maintainers manage them and nothing else', async () => {
    const cyd = await member('cyd');
    const dan = await member('dan');
    await auth.person('outsider');
    const id = await team('crew');
    expect((await put(auth.admin, 'crew', 'outsider')).json['code']).toBe('team.not-of-organization');
    expect((await put(auth.admin, 'crew', 'nobody-at-all')).json['code']).toBe('team.not-of-organization');
    expect((await put(auth.admin, 'crew', 'cyd', { maintainer: true })).status).toBe(204);
    expect((await put(dan.session, 'crew', 'dan')).status).toBe(403);
    expect((await put(cyd.session, 'crew', 'dan')).status).toBe(204);
    expect((await put(cyd.session, 'crew', 'dan')).status).toBe(204);
    expect(await names(dan.session, `${teams}/crew/members`)).toEqual(['cyd', 'dan']);
    expect((await auth.http('PATCH', `${teams}/crew`, { as: cyd.session, body: { secret: true } })).status).toBe(403);
    expect((await put(cyd.session, 'seen', 'dan')).status).toBe(403);
    const narrow = await auth.token(cyd, [{ actions: ['read', 'publish'], on: { kind: 'everything' } }]);
    expect((await put({ token: narrow.token }, 'crew', 'ben')).status).toBe(403);
    await auth.query(
      `INSERT INTO users (user_id, username, kind, organization_id) VALUES ($1, 'acme/ci', 'service', $2),
         ($3, 'other/ci', 'service', $4)`,
      [randomUUID(), organizationId, randomUUID(), randomUUID()],
    );
    expect((await put(cyd.session, 'crew', 'acme%2fci')).status).toBe(204);
    expect((await put(cyd.session, 'crew', 'other%2fci')).json['code']).toBe('team.not-of-organization');
    expect((await remove(dan.session, 'crew', 'cyd')).status).toBe(403);
    expect((await remove(dan.session, 'crew', 'dan')).status).toBe(204);
    expect((await remove(dan.session, 'crew', 'dan')).status).toBe(403);
    expect(await auth.audit(`team:${id}`)).toEqual([
      'team.create',
      'team-member.add',
      'team-member.add',
      'team-member.add',
      'team-member.remove',
    ]);
  });

  it('who leave the organization leave its teams with it, in one change (T11)', async () => {
    const fay = await member('fay');
    await team('farewell');
    await put(auth.admin, 'farewell', 'fay');
    const before = (await auth.events(grantsChanged, fay.userId)).length;
    expect((await auth.http('DELETE', '/api/v1/orgs/acme/members/fay', { as: fay.session })).status).toBe(204);
    expect(await names(auth.admin, `${teams}/farewell/members`)).toEqual([]);
    expect(await auth.events(grantsChanged, fay.userId)).toHaveLength(before + 1);
    expect(await auth.principal(fay.session)).toMatchObject({ grants: [] });
  });

  it('are added and removed once, however many ask at a time', async () => {
    await member('gil');
    const id = await team('once');
    const principal = await auth.principal(auth.admin);
    const path = `${teams}/once/members/gil`;
    const all = (method: string) =>
      Promise.all(Array.from({ length: 50 }, () => auth.httpAs(method, path, principal, { body: {} })));
    expect((await all('PUT')).every(({ status }) => status === 204)).toBe(true);
    expect((await all('DELETE')).every(({ status }) => status === 204)).toBe(true);
    expect(await auth.audit(`team:${id}`)).toEqual(['team.create', 'team-member.add', 'team-member.remove']);
  });

  it('see only themselves where the directory is private, unless they maintain the team', async () => {
    const made = await auth.http('POST', '/api/v1/orgs', { as: auth.admin, body: { name: 'private-directory' } });
    expect(made.status).toBe(201);
    const path = '/api/v1/orgs/private-directory';
    const people = await Promise.all(['hal', 'ida'].map((username) => auth.person(username)));
    for (const { username } of people) {
      await auth.http('POST', `${path}/members`, { as: auth.admin, body: { username, role: 'member' } });
    }
    const [hal, ida] = [await auth.again('hal'), await auth.again('ida')];
    await auth.query(`UPDATE organizations SET private_members = true WHERE name = 'private-directory'`);
    await auth.http('POST', `${path}/teams`, { as: auth.admin, body: { name: 'both' } });
    await auth.http('PUT', `${path}/teams/both/members/hal`, { as: auth.admin, body: { maintainer: true } });
    await auth.http('PUT', `${path}/teams/both/members/ida`, { as: auth.admin, body: {} });
    expect(await names(hal.session, `${path}/members`)).toEqual(['hal']);
    expect(await names(ida.session, `${path}/teams/both/members`)).toEqual(['ida']);
    expect(await names(hal.session, `${path}/teams/both/members`)).toEqual(['hal', 'ida']);
    expect(await names(auth.admin, `${path}/members?role=member`)).toEqual(['hal', 'ida']);
  });
});
