import { randomUUID } from 'node:crypto';
import type { OrganizationId } from '@waybill/domain';
import { can } from '@waybill/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningAuth } from '../../test/running-auth.js';
import { SignOnGround } from '../../test/sign-on-ground.js';

let ground: SignOnGround;
let auth: RunningAuth;

beforeAll(async () => {
  ground = await SignOnGround.start();
  ({ auth } = ground);
});

afterAll(() => ground.stop());

describe('what groups of the provider give', () => {
  const path = '/api/v1/orgs/acme/group-mappings';

  async function organization(): Promise<OrganizationId> {
    return (await auth.organizationId('acme')) as OrganizationId;
  }

  it('holds from the next sign-in on, and ends with the group', async () => {
    const made = await auth.http('POST', path, {
      as: auth.admin,
      body: { provider: 'oidc', group: 'Platform', role: 'auditor' },
    });
    expect(made).toMatchObject({ status: 201, json: { group: 'Platform', role: 'auditor', team: null } });
    const account = { sub: 'm-1', preferred_username: 'mia' };
    const resource = { kind: 'organization', organizationId: await organization() } as const;
    const audits = async (groups: string[]) =>
      can(await ground.userOf((await ground.signOn({ ...account, groups })).session), 'audit', resource).allowed;
    expect(await audits(['platform', 'Platform team'])).toBe(false);
    expect(await audits(['Platform'])).toBe(true);
    expect(await audits([])).toBe(false);
  });

  it('ends with the link to the provider, which nothing would follow from then on (A11)', async () => {
    const resource = { kind: 'organization', organizationId: await organization() } as const;
    const { session } = await ground.signOn({ sub: 'q-1', preferred_username: 'quinn', groups: ['Platform'] });
    expect(can(await ground.userOf(session), 'audit', resource).allowed).toBe(true);
    const ended = await auth.http('DELETE', '/api/v1/account/identities/oidc', { as: session });
    expect(ended.status).toBe(204);
    expect((await ground.userOf(session)).grants).toEqual([]);
  });

  it('takes the packages along that somebody owns in the organization (A11)', async () => {
    const account = { sub: 'r-1', preferred_username: 'rosa' };
    const { session } = await ground.signOn({ ...account, groups: ['Platform'] });
    const { userId } = await ground.userOf(session);
    const key = [randomUUID(), 'pkg:npm/left-pad'];
    await auth.query(
      'INSERT INTO package_ownerships (repository_id, package_purl, organization_id) VALUES ($1, $2, $3)',
      [...key, await organization()],
    );
    await auth.query(
      'INSERT INTO package_owners (repository_id, package_purl, user_id, granted) VALUES ($1, $2, $3, true)',
      [...key, userId],
    );
    expect((await ground.userOf(session)).grants.map(({ kind }) => kind)).toEqual(['organization', 'packages']);
    await ground.signOn({ ...account, groups: [] });
    expect((await ground.userOf(session)).grants).toEqual([]);
  });

  it('leaves alone what was given by hand (A8)', async () => {
    const user = await ground.userOf((await ground.signOn({ sub: 'n-1', preferred_username: 'nora' })).session);
    const body = { username: user.username, role: 'member' };
    await auth.http('POST', '/api/v1/orgs/acme/members', { as: auth.admin, body });
    await ground.signOn({ sub: 'n-1', groups: ['Platform'] });
    await ground.signOn({ sub: 'n-1', groups: [] });
    const members = await auth.http('GET', '/api/v1/orgs/acme/members', { as: auth.admin });
    expect(members.json['items']).toContainEqual(expect.objectContaining(body));
  });

  it('is for who manages access to say; no group makes owners', async () => {
    const member = await auth.person('olga');
    const body = { provider: 'oidc', group: 'x', role: 'member' };
    expect(await auth.http('POST', path, { as: member.session, body })).toMatchObject({ status: 404 });
    expect(await auth.http('POST', path, { as: auth.admin, body: { ...body, role: 'owner' } })).toMatchObject({
      status: 400,
    });
    expect(await auth.http('POST', path, { as: auth.admin, body: { ...body, group: 'Platform' } })).toMatchObject({
      status: 409,
    });
  });
});
