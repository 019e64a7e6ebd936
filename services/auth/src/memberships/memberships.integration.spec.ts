import { grantsChanged, organizationCreated } from '@waybill/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Person, type RunningAuth, startAuth } from '../../test/running-auth.js';

let auth: RunningAuth;

beforeAll(async () => {
  auth = await startAuth();
});

afterAll(async () => {
  await auth.stop();
});

const memberships = '/api/v1/orgs/umbrella/members';

function add(as: Person['session'] | { token: string }, username: string, role: string) {
  return auth.http('POST', memberships, { as, body: { username, role } });
}

describe('organizations and memberships', () => {
  it('are made by administrators, begin with one owner, and give rights at once', async () => {
    const ada = await auth.person('ada');
    const body = { name: 'umbrella', owner: 'ada' };
    expect((await auth.http('POST', '/api/v1/orgs', { as: ada.session, body })).status).toBe(403);
    const created = await auth.http('POST', '/api/v1/orgs', { as: auth.admin, body });
    expect(created.status).toBe(201);
    const organizationId = String(created.json['id']);
    expect((await auth.http('POST', '/api/v1/orgs', { as: auth.admin, body })).status).toBe(409);
    expect(await auth.events(organizationCreated, organizationId)).toMatchObject([
      { organizationId, name: 'umbrella' },
    ]);
    expect((await auth.introspect(ada.session)).principal).toMatchObject({
      grants: [{ kind: 'organization', organizationId, role: 'owner' }],
    });
    expect(await auth.audit(`organization:${organizationId}`)).toEqual(['organization.create']);
  });

  it('are seen by their members and by nobody else (A3, A6, A7)', async () => {
    const ben = await auth.person('ben');
    const hidden = await auth.http('GET', '/api/v1/orgs/umbrella', { as: ben.session });
    const missing = await auth.http('GET', '/api/v1/orgs/no-such-thing', { as: ben.session });
    expect([hidden.status, missing.status]).toEqual([404, 404]);
    expect(hidden.withoutRequestId).toEqual(missing.withoutRequestId);
    expect((await auth.http('GET', memberships, { as: ben.session })).status).toBe(404);
    expect((await auth.http('GET', memberships)).status).toBe(401);
    expect((await auth.http('GET', '/api/v1/orgs', { as: ben.session })).json['items']).toEqual([]);
    expect((await auth.http('GET', '/api/v1/orgs')).json['items']).toEqual([]);
    expect((await add(auth.admin, 'ben', 'reader')).status).toBe(201);
    expect((await auth.http('GET', '/api/v1/orgs', { as: ben.session })).json['items']).toMatchObject([
      { name: 'umbrella' },
    ]);
    const ada = await auth.again('ada');
    expect((await auth.http('GET', memberships, { as: ben.session })).json['items']).toMatchObject([
      { id: ada.userId, username: 'ada', role: 'owner', twoFactorEnabled: null },
      { username: 'ben', role: 'reader' },
    ]);
    expect((await add(ben.session, 'ben', 'owner')).status).toBe(403);
  });

  it('are managed by administrators, who cannot make or unmake owners', async () => {
    const cyd = await auth.person('cyd');
    await auth.person('dan');
    expect((await add(auth.admin, 'cyd', 'admin')).status).toBe(201);
    expect((await add(auth.admin, 'dan', 'member')).status).toBe(201);
    expect((await add(auth.admin, 'dan', 'member')).status).toBe(409);
    expect((await add(auth.admin, 'nobody', 'member')).status).toBe(404);
    expect((await add(cyd.session, 'dan', 'emperor')).status).toBe(400);
    expect((await add(cyd.session, 'eve', 'owner')).json['code']).toBe('membership.owners-only');
    const changed = await auth.http('PATCH', `${memberships}/dan`, { as: cyd.session, body: { role: 'reader' } });
    expect(changed.status).toBe(204);
    const promote = await auth.http('PUT', `${memberships}/cyd`, { as: cyd.session, body: { role: 'owner' } });
    const unmake = await auth.http('DELETE', `${memberships}/ada`, { as: cyd.session });
    expect([promote.status, unmake.status]).toEqual([403, 403]);
  });

  it('change and end with an event for the gateways, and exactly one audit event each (W9)', async () => {
    const ada = await auth.again('ada');
    const eve = await auth.person('eve');
    const organizationId = await auth.organizationId('umbrella');
    const audited = (await auth.audit(`organization:${organizationId}`)).length;
    await add(auth.admin, 'eve', 'reader');
    for (const role of ['member', 'member'] as const) {
      const changed = await auth.http('PUT', `${memberships}/eve`, { as: ada.session, body: { role } });
      expect(changed.status).toBe(204);
    }
    expect((await auth.http('DELETE', `${memberships}/eve`, { as: ada.session })).status).toBe(204);
    expect((await auth.http('DELETE', `${memberships}/eve`, { as: ada.session })).status).toBe(204);
    expect((await auth.events(grantsChanged, eve.userId)).length).toBe(3);
    expect((await auth.audit(`organization:${organizationId}`)).slice(audited)).toEqual([
      'membership.add',
      'membership.change',
      'membership.remove',
    ]);
    expect((await auth.introspect(eve.session)).principal).toMatchObject({ grants: [] });
  });

  it('keep one owner, also when two owners leave at the same time', async () => {
    const ada = await auth.again('ada');
    await auth.person('fay');
    expect((await auth.http('DELETE', `${memberships}/ada`, { as: ada.session })).status).toBe(409);
    await add(auth.admin, 'fay', 'owner');
    const fay = await auth.again('fay');
    const left = await Promise.all([
      auth.http('DELETE', `${memberships}/ada`, { as: ada.session }),
      auth.http('DELETE', `${memberships}/fay`, { as: fay.session }),
    ]);
    expect(left.map(({ status }) => status).toSorted()).toEqual([204, 409]);
  });

  it('end by their own hand, once however many ask, and auditors see and change nothing', async () => {
    const organizationId = await auth.organizationId('umbrella');
    const gus = await auth.person('gus');
    const hub = await auth.person('hub');
    for (const username of ['gus', 'hub']) expect((await add(auth.admin, username, 'auditor')).status).toBe(201);
    const patched = await auth.http('PATCH', `${memberships}/gus`, { as: gus.session, body: { role: 'admin' } });
    expect(patched.status).toBe(403);
    expect((await auth.http('DELETE', `${memberships}/hub`, { as: gus.session })).status).toBe(403);
    expect((await auth.http('GET', memberships, { as: gus.session })).json['items']).not.toEqual([]);
    expect((await auth.http('DELETE', `${memberships}/hub`, { as: hub.session })).status).toBe(204);
    const audited = (await auth.audit(`organization:${organizationId}`)).length;
    const principal = await auth.principal(auth.admin);
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => auth.httpAs('DELETE', `${memberships}/gus`, principal)),
    );
    expect(answers.every(({ status }) => status === 204)).toBe(true);
    expect((await auth.audit(`organization:${organizationId}`)).slice(audited)).toEqual(['membership.remove']);
    const after = await auth.http('DELETE', `${memberships}/gus`, { as: gus.session });
    const missing = await auth.http('DELETE', '/api/v1/orgs/nowhere/members/gus', { as: gus.session });
    expect([after.status, after.withoutRequestId]).toEqual([404, missing.withoutRequestId]);
  });
});
