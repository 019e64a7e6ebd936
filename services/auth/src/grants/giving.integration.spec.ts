import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GrantsGround, grantsPath, leftPad } from '../../test/grants-ground.js';

let ground: GrantsGround;

beforeAll(async () => {
  ground = await GrantsGround.start();
  ground.publish.create('other', ground.organizationId);
  for (const username of ['ada', 'colleague']) await ground.member(username);
});

afterAll(async () => {
  await ground.auth.stop();
});

describe('nobody rises by their own hand', () => {
  it('who may only manage access gives themselves nothing more, by grant, team or role, and takes nothing from who has more', async () => {
    const eve = await ground.member('eve');
    await ground.teamOf('powerful', 'ada');
    expect(
      (await ground.put(ground.auth.admin, { team: 'powerful' }, { organization: 'acme' }, { role: 'admin' })).status,
    ).toBe(200);
    const given = await ground.put(
      ground.auth.admin,
      { user: 'eve' },
      { organization: 'acme' },
      { actions: ['read', 'manage-access'] },
    );
    expect(given.status).toBe(200);
    for (const on of [
      { organization: 'acme' },
      { repository: 'main' },
      { repository: 'main', package: leftPad },
      { pattern: 'npm/*' },
    ]) {
      const risen = await ground.put(eve.session, { user: 'eve' }, on, { actions: ['read', 'publish'] });
      expect([risen.status, risen.json['code']]).toEqual([403, 'grant.beyond-own']);
      expect((await ground.put(eve.session, { user: 'colleague' }, on, { role: 'admin' })).status).toBe(403);
    }
    expect(
      (await ground.put(eve.session, { user: 'colleague' }, { repository: 'main' }, { role: 'reader' })).status,
    ).toBe(200);
    const joined = await ground.auth.http('PUT', '/api/v1/orgs/acme/teams/powerful/members/eve', {
      as: eve.session,
      body: {},
    });
    expect([joined.status, joined.json['code']]).toEqual([403, 'grant.beyond-own']);
    const role = await ground.auth.http('PUT', '/api/v1/orgs/acme/members/eve', {
      as: eve.session,
      body: { role: 'admin' },
    });
    expect([role.status, role.json['code']]).toEqual([403, 'grant.beyond-own']);
    expect((await ground.auth.http('DELETE', '/api/v1/orgs/acme/teams/powerful', { as: eve.session })).status).toBe(
      403,
    );
    const own = (await ground.auth.http('GET', `${grantsPath}?subject=team:powerful`, { as: ground.auth.admin })).json[
      'items'
    ] as {
      id: string;
    }[];
    expect((await ground.auth.http('DELETE', `${grantsPath}/${own[0]?.id ?? ''}`, { as: eve.session })).status).toBe(
      403,
    );
    const base = await ground.auth.http('PATCH', '/api/v1/orgs/acme', {
      as: eve.session,
      body: { basePermission: 'none' },
    });
    expect([base.status, base.json['code']]).toEqual([403, 'grant.beyond-own']);
    expect(await ground.may(eve.session, 'publish', ground.packageIn(ground.main.repositoryId))).toBe(false);
  });

  it('gives and takes after a proof of a moment ago only (W7)', async () => {
    const { auth } = ground;
    const old = await ground.member('old-session', 'admin');
    await auth.query(`UPDATE sessions SET proven_at = now() - interval '1 hour' WHERE user_id = $1`, [old.userId]);
    await ground.teamOf('old-team', 'ada');
    const given = await ground.put(auth.admin, { user: 'ada' }, { repository: 'main' }, { role: 'reader' });
    const id = String(given.json['id']);
    const as = old.session;
    const answers = [
      await ground.put(as, { user: 'colleague' }, { repository: 'main' }, { role: 'reader' }),
      await auth.http('PUT', '/api/v1/orgs/acme/members/ada', { as, body: { role: 'member' } }),
      await auth.http('DELETE', '/api/v1/orgs/acme/members/ada', { as }),
      await auth.http('DELETE', `${grantsPath}/${id}`, { as }),
      await auth.http('DELETE', `/api/v1/grants/${id}?repository=main`, { as }),
      await auth.http('DELETE', '/api/v1/orgs/acme/teams/old-team/members/ada', { as }),
      await auth.http('DELETE', '/api/v1/orgs/acme/teams/old-team', { as }),
    ];
    expect(answers.map(({ json }) => json['code'])).toEqual(answers.map(() => 'auth.step-up-required'));
    const token = await auth.token(await auth.again('old-session'), [
      { actions: ['read', 'manage-access'], on: { kind: 'everything' } },
    ]);
    expect((await auth.http('DELETE', `${grantsPath}/${id}`, { as: token })).status).toBe(204);
  });

  it('who manages access on one repository gives there and nowhere else', async () => {
    const gus = await ground.auth.person('gus');
    await ground.put(ground.auth.admin, { user: 'gus' }, { repository: 'main' }, { role: 'admin' });
    const at = (query: string) => `/api/v1/grants?${query}`;
    const body = { subject: { user: 'colleague' }, role: 'publisher' };
    const set = (query: string, sent: object = body) =>
      ground.auth.http('PUT', at(query), { as: gus.session, body: sent });
    expect((await set('repository=main')).status).toBe(200);
    const inPackage = await set(`repository=main&package=${encodeURIComponent(leftPad)}`);
    expect([inPackage.status, inPackage.json['on']]).toEqual([200, { repository: 'main', package: leftPad }]);
    const elsewhere = await set('repository=other');
    const missing = await set('repository=no-such-thing');
    expect([elsewhere.status, elsewhere.withoutRequestId]).toEqual([404, missing.withoutRequestId]);
    expect((await ground.give(gus.session, { user: 'gus' }, { organization: 'acme' })).status).toBe(404);
    // Of the teams of an organization that he may not see he learns nothing.
    const known = await set('repository=main', { subject: { team: 'powerful' }, role: 'reader' });
    const unknown = await set('repository=main', { subject: { team: 'no-such-team' }, role: 'reader' });
    expect([known.status, known.withoutRequestId]).toEqual([404, unknown.withoutRequestId]);
    const listed = await ground.auth.http('GET', at('repository=main'), { as: gus.session });
    const ids = (listed.json['items'] as { id: string; on: object }[]).filter(({ on }) => !('package' in on));
    expect(ids.length).toBeGreaterThan(0);
    const id = String(inPackage.json['id']);
    // By its id a grant is there only where it is one of what was named (A3).
    expect((await ground.auth.http('DELETE', `/api/v1/grants/${id}?repository=main`, { as: gus.session })).status).toBe(
      404,
    );
    const path = `/api/v1/grants/${id}?repository=main&package=${encodeURIComponent(leftPad)}`;
    expect((await ground.auth.http('DELETE', path, { as: gus.session })).status).toBe(204);
  });

  it('a token gives no more access to give than it has itself (A4)', async () => {
    const manager = await ground.auth.token(await ground.member('tok', 'owner'), [
      { actions: ['read', 'manage-access'], on: { kind: 'everything' } },
    ]);
    const as = { token: manager.token };
    expect((await ground.put(as, { user: 'colleague' }, { repository: 'main' }, { role: 'maintainer' })).status).toBe(
      200,
    );
    expect((await ground.put(as, { user: 'colleague' }, { repository: 'main' }, { role: 'admin' })).status).toBe(403);
  });
});
