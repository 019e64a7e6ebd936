import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TeamsGround, teamsPath } from '../../test/teams-ground.js';

let ground: TeamsGround;

beforeAll(async () => {
  ground = await TeamsGround.start();
});

afterAll(async () => {
  await ground.auth.stop();
});

describe('teams', () => {
  it('are made, changed and deleted by who manages access, with one audit each (W9)', async () => {
    const ada = await ground.member('ada', 'admin');
    const ben = await ground.member('ben');
    expect((await ground.auth.http('POST', teamsPath, { as: ben.session, body: { name: 'mine' } })).status).toBe(403);
    const made = await ground.auth.http('POST', teamsPath, {
      as: ada.session,
      body: { name: 'devs', displayName: 'Developers' },
    });
    expect([made.status, made.headers['etag'], made.json]).toMatchObject([
      201,
      '"1"',
      { name: 'devs', displayName: 'Developers', description: null, secret: false },
    ]);
    const taken = await ground.auth.http('POST', teamsPath, { as: ada.session, body: { name: 'devs' } });
    expect([taken.status, taken.json['code']]).toEqual([409, 'team.name-taken']);
    expect((await ground.auth.http('POST', teamsPath, { as: ada.session, body: { name: 'No Slug' } })).status).toBe(
      400,
    );
    const change = (body: object, headers = {}) =>
      ground.auth.http('PATCH', `${teamsPath}/devs`, { as: ada.session, body, headers });
    expect((await change({ description: 'They build.' }, { 'if-match': '"1"' })).headers['etag']).toBe('"2"');
    expect((await change({ description: 'x' }, { 'if-match': '"1"' })).status).toBe(412);
    expect((await change({ displayName: null, name: 'builders' })).json).toMatchObject({
      name: 'builders',
      displayName: null,
    });
    expect((await ground.auth.http('GET', `${teamsPath}/devs`, { as: ben.session })).status).toBe(404);
    expect((await ground.auth.http('GET', `${teamsPath}/builders`, { as: ben.session })).json['description']).toBe(
      'They build.',
    );
    expect((await ground.auth.http('DELETE', `${teamsPath}/builders`, { as: ben.session })).status).toBe(403);
    expect((await ground.auth.http('DELETE', `${teamsPath}/builders`, { as: ada.session })).status).toBe(204);
    expect((await ground.auth.http('DELETE', `${teamsPath}/builders`, { as: ada.session })).status).toBe(404);
    expect(await ground.auth.audit(`team:${String(made.json['id'])}`)).toEqual([
      'team.create',
      'team.change',
      'team.change',
      'team.delete',
    ]);
  });

  it('that are secret are known to their members and to who manages access or audits; to others they are as missing (A6)', async () => {
    const ben = await ground.member('ben');
    const cyd = await ground.member('cyd');
    const eva = await ground.member('eva', 'auditor');
    const out = await ground.auth.person('outsider');
    await ground.team('hidden', { secret: true });
    await ground.team('seen');
    await ground.put(ground.auth.admin, 'hidden', 'cyd');
    expect(await ground.names(ben.session)).not.toContain('hidden');
    for (const knowing of [cyd, eva]) expect(await ground.names(knowing.session)).toContain('hidden');
    for (const path of ['', '/members']) {
      const hidden = await ground.auth.http('GET', `${teamsPath}/hidden${path}`, { as: ben.session });
      const missing = await ground.auth.http('GET', `${teamsPath}/no-such-team${path}`, { as: ben.session });
      expect([hidden.status, hidden.withoutRequestId]).toEqual([404, missing.withoutRequestId]);
      expect((await ground.auth.http('GET', `${teamsPath}/seen${path}`, { as: out.session })).withoutRequestId).toBe(
        missing.withoutRequestId,
      );
    }
    const [onHidden, onMissing] = [
      await ground.put(ben.session, 'hidden', 'ben'),
      await ground.put(ben.session, 'no-such', 'ben'),
    ];
    expect([onHidden.status, onHidden.withoutRequestId]).toEqual([403, onMissing.withoutRequestId]);
    expect((await ground.auth.http('GET', teamsPath)).status).toBe(401);
  });

  it('come in pages by name', async () => {
    await ground.team('page-a');
    await ground.team('page-b');
    const first = await ground.auth.http('GET', `${teamsPath}?limit=1`, { as: ground.auth.admin });
    expect(first.json['items']).toHaveLength(1);
    const next = /^<(.*)>; rel="next"$/.exec(String(first.headers['link']))?.[1] ?? '';
    expect(await ground.names(ground.auth.admin, next)).toHaveLength(1);
  });
});
