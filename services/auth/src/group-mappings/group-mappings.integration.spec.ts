import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PublishDouble } from '../../test/publish-double.js';
import { type RunningAuth, startAuth } from '../../test/running-auth.js';

let auth: RunningAuth;

beforeAll(async () => {
  auth = await startAuth();
  new PublishDouble(auth.bus);
});

afterAll(() => auth.stop());

const path = '/api/v1/orgs/acme/group-mappings';
const grants = '/api/v1/orgs/acme/grants';

describe('what groups are to give', () => {
  it('is no more than who says so may do, also by way of a team (A8)', async () => {
    const on = { organization: 'acme' };
    const give = (subject: object, actions: string[]) =>
      auth.http('PUT', grants, { as: auth.admin, body: { subject, on, actions } });
    const eve = await auth.person('eve');
    await auth.http('POST', '/api/v1/orgs/acme/teams', { as: auth.admin, body: { name: 'powerful' } });
    expect((await give({ user: 'eve' }, ['read', 'manage-access'])).status).toBe(200);
    expect((await give({ team: 'powerful' }, ['read', 'publish'])).status).toBe(200);
    const map = (as: { session: string } | { token: string }, body: object) =>
      auth.http('POST', path, { as, body: { provider: 'oidc', group: 'Platform', ...body } });
    for (const body of [{ role: 'admin' }, { role: 'member' }, { role: 'reader', team: 'powerful' }]) {
      const { status, json } = await map(eve.session, body);
      expect([status, json['code']]).toEqual([403, 'grant.beyond-own']);
    }
    expect((await map(eve.session, { role: 'reader' })).status).toBe(201);
    const made = await map(auth.admin, { role: 'admin', team: 'powerful' });
    expect(made.status).toBe(201);
    const taken = await auth.http('DELETE', `${path}/${String(made.json['id'])}`, { as: eve.session });
    expect([taken.status, taken.json['code']]).toEqual([403, 'grant.beyond-own']);
    expect((await auth.http('GET', path, { as: auth.admin })).json['items']).toHaveLength(2);
  });
});
