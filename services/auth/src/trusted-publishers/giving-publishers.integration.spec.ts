import type { PackagePurl } from '@waybill/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PublishersGround, publishersPath, releaseWorkflow } from '../../test/publishers-ground.js';

let ground: PublishersGround;
const on = { repository: 'main', package: 'pkg:npm/left-pad' as PackagePurl };

beforeAll(async () => {
  ground = await PublishersGround.start();
});

afterAll(async () => {
  await ground.auth.stop();
});

const remove = (id: string) => ground.auth.http('DELETE', `${publishersPath}/${id}`, { as: ground.auth.admin });

describe('who may register trusted publishers', () => {
  it('is who manages access, and gives no more than they may do themselves (A8)', async () => {
    const eve = await ground.grants.member('eve');
    const refused = await ground.register({ on }, eve.session);
    expect(refused.status).toBe(403);
    const given = { actions: ['read', 'manage-access'] };
    await ground.grants.put(ground.auth.admin, { user: 'eve' }, { organization: 'acme' }, given);
    for (const place of [on, { repository: 'main' }, { pattern: 'npm/*' }]) {
      const risen = await ground.register({ on: place }, eve.session);
      expect([risen.status, risen.json['code']]).toEqual([403, 'grant.beyond-own']);
    }
    expect((await ground.register({ on, actions: ['read'] }, eve.session)).status).toBe(201);
  });

  it('changes and ends none that may do more than they', async () => {
    const id = String((await ground.register({ on, environment: 'strong' })).json['id']);
    const fay = await ground.grants.member('fay');
    const given = { actions: ['read', 'manage-access'] };
    await ground.grants.put(ground.auth.admin, { user: 'fay' }, { organization: 'acme' }, given);
    const path = `${publishersPath}/${id}`;
    const changed = await ground.auth.http('PATCH', path, { as: fay.session, body: { actions: ['read'] } });
    const ended = await ground.auth.http('DELETE', path, { as: fay.session });
    expect([changed.status, ended.status]).toEqual([403, 403]);
    await remove(id);
  });

  it('proves who they are, at a browser, before they change anything (W7)', async () => {
    const gil = await ground.grants.member('gil', 'admin');
    const principal = await ground.auth.principal(gil.session);
    const long = { ...principal, provenUntil: new Date(0).toISOString() } as typeof principal;
    const body = { github: releaseWorkflow, on };
    const refused = await ground.auth.httpAs('POST', publishersPath, long, { body });
    expect([refused.status, refused.json['code']]).toEqual([403, 'auth.step-up-required']);
  });

  it('learns nothing of those of other organizations, nor of repositories that are not theirs (A3, A6)', async () => {
    await ground.auth.http('POST', '/api/v1/orgs', { as: ground.auth.admin, body: { name: 'globex' } });
    const hal = await ground.auth.person('hal');
    const member = { username: 'hal', role: 'admin' };
    await ground.auth.http('POST', '/api/v1/orgs/globex/members', { as: ground.auth.admin, body: member });
    const id = String((await ground.register({ on, environment: 'secret' })).json['id']);
    const theirs = '/api/v1/orgs/globex/trusted-publishers';
    const nothing = await ground.auth.http('GET', `${theirs}/00000000-0000-4000-8000-000000000000`, {
      as: hal.session,
    });
    expect(nothing.status).toBe(404);
    const [read, changed, ended] = await Promise.all([
      ground.auth.http('GET', `${theirs}/${id}`, { as: hal.session }),
      ground.auth.http('PATCH', `${theirs}/${id}`, { as: hal.session, body: { actions: ['read'] } }),
      ground.auth.http('DELETE', `${theirs}/${id}`, { as: hal.session }),
    ]);
    for (const answer of [read, changed, ended]) {
      expect([answer.status, answer.withoutRequestId]).toEqual([404, nothing.withoutRequestId]);
    }
    const registered = (repository: string) =>
      ground.auth.http('POST', theirs, { as: hal.session, body: { github: releaseWorkflow, on: { repository } } });
    const [hidden, missing] = await Promise.all([registered('main'), registered('never-there')]);
    expect([hidden.status, hidden.withoutRequestId]).toEqual([404, missing.withoutRequestId]);
    const seen = { as: ground.auth.admin, body: { github: releaseWorkflow, on: { repository: 'main' } } };
    const known = await ground.auth.http('POST', theirs, seen);
    expect([known.status, known.json['title']]).toEqual([404, 'Repository main does not belong to globex.']);
    await remove(id);
  });
});
