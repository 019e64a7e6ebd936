import { setMember } from '@waybill/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer } from '../../test/auth-conversation.js';
import type { Person } from '../../test/running-auth.js';
import { type RunningAuth, startAuth } from '../../test/running-auth.js';

let auth: RunningAuth;
let owner: Person;

beforeAll(async () => {
  auth = await startAuth();
  owner = await auth.person('owner');
  await auth.http('POST', '/api/v1/orgs', { as: auth.admin, body: { name: 'umbrella', owner: 'owner' } });
  await auth.http('POST', '/api/v1/orgs/umbrella/teams', { as: owner.session, body: { name: 'crew' } });
});

afterAll(async () => {
  await auth.stop();
});

const members = '/api/v1/orgs/umbrella/members';

function add(username: string, role = 'member') {
  return auth.http('POST', members, { as: owner.session, body: { username, role } });
}

/** An answer without what is of the one who was named. */
function shapeOf({ status, json }: Answer, username: string) {
  const { invitation, requestId: _, ...told } = json;
  const said = JSON.stringify({ ...told, invitation: typeof invitation }).replaceAll(username, 'somebody');
  return { status, said };
}

describe('nobody becomes a member without saying yes (A6)', () => {
  it('who manages an organization invites, and is answered alike whether there is such a person or not', async () => {
    const victim = await auth.person('victim');
    const known = await add('Victim');
    const unknown = await add('nobody');
    expect(shapeOf(known, 'victim')).toEqual(shapeOf(unknown, 'nobody'));
    expect(known).toMatchObject({ status: 201, json: { username: 'victim', role: 'member', state: 'invited' } });
    for (const username of ['victim', 'nobody']) {
      const again = await add(username);
      expect([again.status, again.json['code']]).toEqual([409, 'invitation.exists']);
    }
    const listed = await auth.http('GET', members, { as: owner.session });
    expect(listed.json['items']).toMatchObject([{ username: 'owner' }]);
    expect(await auth.principal(victim.session)).toMatchObject({ grants: [] });
    const accept = `/api/v1/invitations/${String(known.json['invitation'])}/accept`;
    expect((await auth.http('POST', accept, { as: victim.session, body: {} })).status).toBe(204);
    expect((await auth.http('GET', members, { as: owner.session })).json['items']).toHaveLength(2);
    expect((await add('victim')).json['code']).toBe('membership.exists');
  });

  it('of fifty who invite somebody at once one does, the others are told that it was done', async () => {
    await auth.person('wanted');
    const principal = await auth.principal(owner.session);
    const body = { username: 'wanted', role: 'member' };
    const all = await Promise.all(Array.from({ length: 50 }, () => auth.httpAs('POST', members, principal, { body })));
    expect(all.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(all.filter(({ json }) => json['code'] === 'invitation.exists')).toHaveLength(49);
  });

  it('by the hand of npm neither, which is told so', async () => {
    await auth.person('npm-user');
    const principal = await auth.principal(owner.session);
    const set = (username: string) =>
      auth.ask(setMember, { principal, organization: 'umbrella', username, role: 'member' });
    const answers = [await set('npm-user'), await set('npm-nobody')];
    expect(answers).toEqual(answers.map(() => ({ members: 2, invited: true })));
    expect(await set('victim')).toEqual({ members: 2, invited: false });
  });

  it('and is changed, removed, put into a team or given something as if they were not there', async () => {
    await auth.person('bystander');
    const given = { on: { organization: 'umbrella' }, role: 'reader' };
    const asked = async (username: string) => [
      await auth.http('PUT', `${members}/${username}`, { as: owner.session, body: { role: 'reader' } }),
      await auth.http('DELETE', `${members}/${username}`, { as: owner.session }),
      await auth.http('PUT', `/api/v1/orgs/umbrella/teams/crew/members/${username}`, { as: owner.session, body: {} }),
      await auth.http('DELETE', `/api/v1/orgs/umbrella/teams/crew/members/${username}`, { as: owner.session }),
      await auth.http('POST', '/api/v1/orgs/umbrella/transfer', { as: owner.session, body: { username } }),
      await auth.http('PUT', '/api/v1/orgs/umbrella/grants', {
        as: owner.session,
        body: { subject: { user: username }, ...given },
      }),
    ];
    const [known, unknown] = [await asked('bystander'), await asked('nobody-at-all')];
    expect(known.map((answer) => shapeOf(answer, 'bystander'))).toEqual(
      unknown.map((answer) => shapeOf(answer, 'nobody-at-all')),
    );
    expect(known.map(({ status }) => status)).toEqual([404, 204, 409, 204, 404, 404]);
  });

  it('but by an administrator of the installation, who is told whether there is such a person', async () => {
    await auth.person('employee');
    const body = { username: 'employee', role: 'reader' };
    const added = await auth.http('POST', members, { as: auth.admin, body });
    expect(added.json).toMatchObject({ ...body, state: 'member', invitation: null });
    const unknown = { username: 'no-employee', role: 'reader' };
    expect((await auth.http('POST', members, { as: auth.admin, body: unknown })).json['code']).toBe('user.not-found');
    // A token of theirs that may not do what only they may invites, like everybody.
    const admin = await auth.person('second-admin');
    const path = '/api/v1/users/second-admin/installation-admin';
    await auth.http('PUT', path, { as: auth.admin, body: { installationAdmin: true } });
    const token = await auth.token(admin, [{ actions: ['read', 'manage-access'], on: { kind: 'everything' } }]);
    await auth.person('contractor');
    const invited = await auth.http('POST', members, { as: token, body: { username: 'contractor', role: 'reader' } });
    expect(invited.json).toMatchObject({ state: 'invited' });
  });

  it('and nobody’s room for organizations is filled by others', async () => {
    const full = await auth.person('full');
    await auth.query(
      `WITH made AS (INSERT INTO organizations (organization_id, name)
         SELECT gen_random_uuid(), 'filled-' || n FROM generate_series(1, 1000) n RETURNING organization_id)
       INSERT INTO memberships (organization_id, user_id, role) SELECT organization_id, $1, 'reader' FROM made`,
      [full.userId],
    );
    const invited = await add('full');
    expect(shapeOf(invited, 'full')).toEqual(shapeOf(await add('nobody-full'), 'nobody-full'));
    const accept = `/api/v1/invitations/${String(invited.json['invitation'])}/accept`;
    const accepted = await auth.http('POST', accept, { as: full.session, body: {} });
    expect(accepted.json['code']).toBe('membership.too-many');
  });
});
