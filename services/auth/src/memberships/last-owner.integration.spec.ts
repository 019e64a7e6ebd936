import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningAuth, startAuth } from '../../test/running-auth.js';

let auth: RunningAuth;

beforeAll(async () => {
  auth = await startAuth();
});

afterAll(async () => {
  await auth.stop();
});

const members = '/api/v1/orgs/umbrella/members';

describe('the last owner of an organization', () => {
  it('cannot leave it to somebody who is suspended, and a suspended one can be removed', async () => {
    const ada = await auth.person('ada');
    await auth.person('ben');
    await auth.http('POST', '/api/v1/orgs', { as: auth.admin, body: { name: 'umbrella', owner: 'ada' } });
    await auth.http('POST', members, { as: auth.admin, body: { username: 'ben', role: 'owner' } });
    const body = { suspended: true };
    expect((await auth.http('PUT', '/api/v1/users/ben/suspension', { as: auth.admin, body })).status).toBe(204);
    const left = await auth.http('DELETE', `${members}/ada`, { as: ada.session });
    expect([left.status, left.json['code']]).toEqual([409, 'membership.last-owner']);
    const demoted = await auth.http('PUT', `${members}/ada`, { as: auth.admin, body: { role: 'admin' } });
    expect([demoted.status, demoted.json['code']]).toEqual([409, 'membership.last-owner']);
    expect((await auth.http('DELETE', `${members}/ben`, { as: ada.session })).status).toBe(204);
  });
});
