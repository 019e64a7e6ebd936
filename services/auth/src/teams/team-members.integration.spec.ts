import { randomUUID } from 'node:crypto';
import { grantsChanged } from '@waybill/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TeamsGround, teamsPath } from '../../test/teams-ground.js';

let ground: TeamsGround;

beforeAll(async () => {
  ground = await TeamsGround.start();
});

afterAll(async () => {
  await ground.auth.stop();
});

describe('members of a team', () => {
  it('are put in by others after a proof of a moment ago only, like all that gives access (W7)', async () => {
    const old = await ground.member('old-session', 'admin');
    await ground.member('newcomer');
    await ground.team('guarded');
    await ground.auth.query(`UPDATE sessions SET proven_at = now() - interval '1 hour' WHERE user_id = $1`, [
      old.userId,
    ]);
    const { status, json } = await ground.put(old.session, 'guarded', 'newcomer');
    expect([status, json['code']]).toEqual([403, 'auth.step-up-required']);
  });

  it('are maintained by nobody who lacks the second factor that the organization requires (W7)', async () => {
    const mona = await ground.member('mona');
    await ground.member('novice');
    await ground.team('strict');
    expect((await ground.put(ground.auth.admin, 'strict', 'mona', { maintainer: true })).status).toBe(204);
    const required = (value: boolean) =>
      ground.auth.query('UPDATE organizations SET two_factor_required = $2 WHERE organization_id = $1', [
        ground.organizationId,
        value,
      ]);
    await required(true);
    expect((await ground.put(mona.session, 'strict', 'novice')).status).toBe(404);
    await required(false);
    expect((await ground.put(mona.session, 'strict', 'novice')).status).toBe(204);
    await required(true);
    expect((await ground.remove(mona.session, 'strict', 'mona')).status).toBe(204);
    await required(false);
  });

  it('are of the organization, and its service accounts; maintainers manage them and nothing else', async () => {
    const cyd = await ground.member('cyd');
    const dan = await ground.member('dan');
    await ground.auth.person('outsider');
    const id = await ground.team('crew');
    expect((await ground.put(ground.auth.admin, 'crew', 'outsider')).json['code']).toBe('team.not-of-organization');
    expect((await ground.put(ground.auth.admin, 'crew', 'nobody-at-all')).json['code']).toBe(
      'team.not-of-organization',
    );
    expect((await ground.put(ground.auth.admin, 'crew', 'cyd', { maintainer: true })).status).toBe(204);
    expect((await ground.put(dan.session, 'crew', 'dan')).status).toBe(403);
    expect((await ground.put(cyd.session, 'crew', 'dan')).status).toBe(204);
    expect((await ground.put(cyd.session, 'crew', 'dan')).status).toBe(204);
    expect(await ground.names(dan.session, `${teamsPath}/crew/members`)).toEqual(['cyd', 'dan']);
    expect(
      (await ground.auth.http('PATCH', `${teamsPath}/crew`, { as: cyd.session, body: { secret: true } })).status,
    ).toBe(403);
    expect((await ground.put(cyd.session, 'seen', 'dan')).status).toBe(403);
    const narrow = await ground.auth.token(cyd, [{ actions: ['read', 'publish'], on: { kind: 'everything' } }]);
    expect((await ground.put({ token: narrow.token }, 'crew', 'ben')).status).toBe(403);
    await ground.auth.query(
      `INSERT INTO users (user_id, username, kind, organization_id) VALUES ($1, 'acme/ci', 'service', $2),
         ($3, 'other/ci', 'service', $4)`,
      [randomUUID(), ground.organizationId, randomUUID(), randomUUID()],
    );
    expect((await ground.put(cyd.session, 'crew', 'acme%2fci')).status).toBe(204);
    expect((await ground.put(cyd.session, 'crew', 'other%2fci')).json['code']).toBe('team.not-of-organization');
    expect((await ground.remove(dan.session, 'crew', 'cyd')).status).toBe(403);
    expect((await ground.remove(dan.session, 'crew', 'dan')).status).toBe(204);
    expect((await ground.remove(dan.session, 'crew', 'dan')).status).toBe(403);
    expect(await ground.auth.audit(`team:${id}`)).toEqual([
      'team.create',
      'team-member.add',
      'team-member.add',
      'team-member.add',
      'team-member.remove',
    ]);
  });

  it('who leave the organization leave its teams with it, in one change (T11)', async () => {
    const fay = await ground.member('fay');
    await ground.team('farewell');
    await ground.put(ground.auth.admin, 'farewell', 'fay');
    const before = (await ground.auth.events(grantsChanged, fay.userId)).length;
    expect((await ground.auth.http('DELETE', '/api/v1/orgs/acme/members/fay', { as: fay.session })).status).toBe(204);
    expect(await ground.names(ground.auth.admin, `${teamsPath}/farewell/members`)).toEqual([]);
    expect(await ground.auth.events(grantsChanged, fay.userId)).toHaveLength(before + 1);
    expect(await ground.auth.principal(fay.session)).toMatchObject({ grants: [] });
  });

  it('are added and removed once, however many ask at a time', async () => {
    await ground.member('gil');
    const id = await ground.team('once');
    const principal = await ground.auth.principal(ground.auth.admin);
    const path = `${teamsPath}/once/members/gil`;
    const all = (method: string) =>
      Promise.all(Array.from({ length: 50 }, () => ground.auth.httpAs(method, path, principal, { body: {} })));
    expect((await all('PUT')).every(({ status }) => status === 204)).toBe(true);
    expect((await all('DELETE')).every(({ status }) => status === 204)).toBe(true);
    expect(await ground.auth.audit(`team:${id}`)).toEqual(['team.create', 'team-member.add', 'team-member.remove']);
  });

  it('see only themselves where the directory is private, unless they maintain the team', async () => {
    const made = await ground.auth.http('POST', '/api/v1/orgs', {
      as: ground.auth.admin,
      body: { name: 'private-directory' },
    });
    expect(made.status).toBe(201);
    const path = '/api/v1/orgs/private-directory';
    const people = await Promise.all(['hal', 'ida'].map((username) => ground.auth.person(username)));
    for (const { username } of people) {
      await ground.auth.http('POST', `${path}/members`, { as: ground.auth.admin, body: { username, role: 'member' } });
    }
    const [hal, ida] = [await ground.auth.again('hal'), await ground.auth.again('ida')];
    await ground.auth.query(`UPDATE organizations SET private_members = true WHERE name = 'private-directory'`);
    await ground.auth.http('POST', `${path}/teams`, { as: ground.auth.admin, body: { name: 'both' } });
    await ground.auth.http('PUT', `${path}/teams/both/members/hal`, {
      as: ground.auth.admin,
      body: { maintainer: true },
    });
    await ground.auth.http('PUT', `${path}/teams/both/members/ida`, { as: ground.auth.admin, body: {} });
    expect(await ground.names(hal.session, `${path}/members`)).toEqual(['hal']);
    expect(await ground.names(ida.session, `${path}/teams/both/members`)).toEqual(['ida']);
    expect(await ground.names(hal.session, `${path}/teams/both/members`)).toEqual(['hal', 'ida']);
    expect(await ground.names(ground.auth.admin, `${path}/members?role=member`)).toEqual(['hal', 'ida']);
  });
});
