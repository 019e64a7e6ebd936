import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Person, type RunningAuth, startAuth } from '../../test/running-auth.js';

let auth: RunningAuth;
let ada: Person;

beforeAll(async () => {
  auth = await startAuth();
  ada = await auth.person('ada');
  for (const body of [{ name: 'alpha', owner: 'ada' }, { name: 'beta' }, { name: 'gamma' }]) {
    await auth.http('POST', '/api/v1/orgs', { as: auth.admin, body });
  }
});

afterAll(async () => {
  await auth.stop();
});

const workspace = async (as?: Person['session'] | { token: string }) =>
  auth.http('GET', '/api/v1/workspace', as === undefined ? {} : { as });

describe('the workspace of a person', () => {
  it('shows their organizations and what they may do there, teams, invitations and tokens that end soon', async () => {
    const added = { username: 'ada', role: 'reader' };
    await auth.http('POST', '/api/v1/orgs/beta/members', { as: auth.admin, body: added });
    await auth.http('POST', '/api/v1/orgs/gamma/invitations', { as: auth.admin, body: added });
    await auth.http('POST', '/api/v1/orgs/alpha/teams', { as: auth.admin, body: { name: 'crew' } });
    const body = { maintainer: true };
    await auth.http('PUT', '/api/v1/orgs/alpha/teams/crew/members/ada', { as: auth.admin, body });
    const scopes = [{ actions: ['read'], on: { kind: 'everything' } }];
    await auth.token(ada, scopes);
    await auth.token(ada, scopes, new Date(Date.now() + 3 * 86_400_000).toISOString());
    expect((await workspace((await auth.again('ada')).session)).json).toMatchObject({
      username: 'ada',
      installationAdmin: false,
      organizations: {
        items: [
          { name: 'alpha', capabilities: { role: 'owner', may: { manageMembers: true, delete: true } } },
          { name: 'beta', capabilities: { role: 'reader', may: { manageMembers: false, leave: true } } },
        ],
        more: false,
      },
      teams: { items: [{ organization: 'alpha', name: 'crew', maintainer: true }], more: false },
      invitations: { items: [{ organization: 'gamma', role: 'reader', state: 'open' }], more: false },
      tokens: { working: 2, expiringSoon: 1 },
    });
  });

  it('is nobody else’s, and of a token only what it reaches (A4)', async () => {
    expect((await workspace()).status).toBe(401);
    const ben = await auth.person('ben');
    const nothing = { items: [], more: false };
    expect((await workspace(ben.session)).json).toMatchObject({
      username: 'ben',
      organizations: nothing,
      teams: nothing,
      invitations: nothing,
      tokens: { working: 0, expiringSoon: 0 },
    });
    const on = { kind: 'organization', organizationId: await auth.organizationId('beta') };
    const narrow = await workspace(await auth.token(await auth.again('ada'), [{ actions: ['read'], on }]));
    expect(narrow.text).not.toContain('alpha');
    expect(narrow.text).not.toContain('gamma');
  });
});
