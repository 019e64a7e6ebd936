import type { OrganizationId } from '@waybill/domain';
import { can } from '@waybill/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SignOnGround } from '../../test/sign-on-ground.js';

let ground: SignOnGround;
let organizationId: OrganizationId;
const path = '/api/v1/orgs/acme/group-mappings';

beforeAll(async () => {
  ground = await SignOnGround.start();
  organizationId = (await ground.auth.organizationId('acme')) as OrganizationId;
});

afterAll(() => ground.stop());

type Session = { readonly session: string };

async function map(group: string, role: string, team?: string): Promise<string> {
  const body = { provider: 'oidc', group, role, ...(team !== undefined && { team }) };
  const made = await ground.auth.http('POST', path, { as: ground.auth.admin, body });
  expect(made.status).toBe(201);
  return String(made.json['id']);
}

async function unmap(id: string): Promise<void> {
  expect((await ground.auth.http('DELETE', `${path}/${id}`, { as: ground.auth.admin })).status).toBe(204);
}

const signIn = async (name: string, groups: string[]): Promise<Session> =>
  (await ground.signOn({ sub: name, preferred_username: name, groups })).session;
const rolesOf = async (session: Session) =>
  (await ground.userOf(session)).grants.flatMap((grant) => (grant.kind === 'organization' ? [grant.role] : []));
const seen = (name: string, days: number) =>
  ground.auth.query(
    `UPDATE external_identities e SET last_seen_at = now() - make_interval(days => $2)
     FROM users u WHERE u.user_id = e.user_id AND u.username = $1 AND e.provider = 'oidc'`,
    [name, days],
  );
async function whyRemoved(session: Session): Promise<unknown> {
  const { userId } = await ground.userOf(session);
  const [row] = await ground.auth.query(
    `SELECT details->>'because' AS because FROM audit_events WHERE subject = $1 AND action = 'membership.remove'`,
    [`user:${userId}`],
  );
  return row?.['because'];
}

describe('what a mapping of groups gave (A11)', () => {
  it('has ended when its deletion is answered, for everybody whom nothing else gives it', async () => {
    const [audits, reads] = [await map('Auditors', 'auditor'), await map('Readers', 'reader')];
    const [ann, bob] = [await signIn('ann', ['Auditors']), await signIn('bob', ['Auditors', 'Readers'])];
    expect([await rolesOf(ann), await rolesOf(bob)]).toEqual([['auditor'], ['auditor']]);
    await unmap(audits);
    expect([await rolesOf(ann), await rolesOf(bob)]).toEqual([[], ['reader']]);
    const organization = { kind: 'organization', organizationId } as const;
    expect(can(await ground.userOf(ann), 'read', organization).allowed).toBe(false);
    expect(await whyRemoved(ann)).toBe('mapping');
    await unmap(reads);
    expect(await rolesOf(bob)).toEqual([]);
  });

  it('ends for more people than one transaction takes', async () => {
    const id = await map('Crowd', 'reader');
    await ground.auth.query(
      `WITH people AS (
         INSERT INTO users (user_id, username, installation_admin)
         SELECT gen_random_uuid(), 'crowd-' || n, false FROM generate_series(1, 230) n RETURNING user_id),
       members AS (
         INSERT INTO memberships (organization_id, user_id, role) SELECT $1, user_id, 'reader' FROM people)
       INSERT INTO followed_memberships (user_id, organization_id, provider, team_ids, made_member, mapping_ids)
       SELECT user_id, $1, 'oidc', '{}', true, ARRAY[$2::uuid] FROM people`,
      [organizationId, id],
    );
    await unmap(id);
    const left = await ground.auth.query(
      `SELECT 1 FROM memberships JOIN users USING (user_id) WHERE username LIKE 'crowd-%'`,
    );
    expect(left).toEqual([]);
  });

  it('leaves what somebody was given by hand, and brings nobody back who was removed by hand', async () => {
    const [first, second] = [await map('Kept', 'auditor'), await map('Kept too', 'reader')];
    const [cleo, dan] = [await signIn('cleo', ['Kept', 'Kept too']), await signIn('dan', [])];
    const members = '/api/v1/orgs/acme/members';
    await ground.auth.http('POST', members, { as: ground.auth.admin, body: { username: 'dan', role: 'member' } });
    await signIn('dan', ['Kept']);
    await ground.auth.http('DELETE', `${members}/cleo`, { as: ground.auth.admin });
    await unmap(first);
    expect([await rolesOf(cleo), await rolesOf(dan)]).toEqual([[], ['member']]);
    await unmap(second);
  });

  it('ends with any mapping of the organization, where nobody remembers which one gave it', async () => {
    const id = await map('Old', 'reader');
    const eve = await signIn('eve', ['Old']);
    await ground.auth.query(`UPDATE followed_memberships SET mapping_ids = '{}'`);
    await unmap(id);
    expect(await rolesOf(eve)).toEqual([]);
  });

  it('ends with the team that the mapping gave a place in', async () => {
    await ground.auth.http('POST', '/api/v1/orgs/acme/teams', { as: ground.auth.admin, body: { name: 'web' } });
    await map('Web', 'reader', 'web');
    const finn = await signIn('finn', ['Web']);
    expect(await rolesOf(finn)).toEqual(['reader']);
    const gone = await ground.auth.http('DELETE', '/api/v1/orgs/acme/teams/web', { as: ground.auth.admin });
    expect(gone.status).toBe(204);
    expect(await rolesOf(finn)).toEqual([]);
  });

  it('is not given again by a sign-in that waits while the mapping is deleted', async () => {
    const id = await map('Race', 'reader');
    const journeys = [];
    for (let count = 0; count < 10; count += 1) {
      journeys.push(await ground.away({ sub: 'rita', preferred_username: 'rita', groups: ['Race'] }));
    }
    await Promise.all([
      ...journeys.map(({ target, cookie }) => ground.auth.page(target, { headers: { cookie } })),
      unmap(id),
    ]);
    const members = await ground.auth.query(
      `SELECT 1 FROM memberships JOIN users USING (user_id) WHERE username = 'rita'`,
    );
    expect(members).toEqual([]);
  });
});

describe('what groups gave somebody who does not come back (A11)', () => {
  it('counts for thirty days after their last sign-in there, and from the next one on again', async () => {
    const id = await map('Absent', 'reader');
    const gus = await signIn('gus', ['Absent']);
    await seen('gus', 29);
    await ground.auth.lookAfterGroups();
    expect(await rolesOf(gus)).toEqual(['reader']);
    await seen('gus', 31);
    await ground.auth.lookAfterGroups();
    expect(await rolesOf(gus)).toEqual([]);
    expect(await whyRemoved(gus)).toBe('not-seen');
    expect(await rolesOf(await signIn('gus', ['Absent']))).toEqual(['reader']);
    await unmap(id);
  });

  it('is kept up by the groups of another system that gives it, too', async () => {
    const id = await map('Both', 'auditor');
    const hal = await signIn('hal', ['Both']);
    const { userId } = await ground.userOf(hal);
    const body = { provider: 'ldap', group: 'cn=both', role: 'reader' };
    const other = String((await ground.auth.http('POST', path, { as: ground.auth.admin, body })).json['id']);
    await ground.auth.query(
      `INSERT INTO followed_memberships (user_id, organization_id, provider, team_ids, made_member, mapping_ids)
       VALUES ($1, $2, 'ldap', '{}', false, ARRAY[$3::uuid])`,
      [userId, organizationId, other],
    );
    await ground.auth.query(`INSERT INTO external_identities (provider, subject, user_id) VALUES ('ldap', 'hal', $1)`, [
      userId,
    ]);
    await seen('hal', 31);
    await ground.auth.lookAfterGroups();
    expect(await rolesOf(hal)).toEqual(['reader']);
    await unmap(other);
    expect(await rolesOf(hal)).toEqual([]);
    await unmap(id);
  });
});
