import {
  addTeamMember,
  createTeam,
  deleteTeam,
  grantTeamPackage,
  listCollaborators,
  listTeamGrants,
  listTeamMembers,
  listTeams,
  removeTeamMember,
  revokeTeamPackage,
} from '@waybill/contracts';
import { randomUUID } from 'node:crypto';
import type { OrganizationId, PackagePurl, RepositoryId } from '@waybill/domain';
import { can } from '@waybill/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningAuth, startAuth } from '../../test/running-auth.js';

let auth: RunningAuth;
let organizationId: OrganizationId;
const organization = 'acme';
const packagePurl = 'pkg:npm/%40acme/left-pad' as PackagePurl;

beforeAll(async () => {
  auth = await startAuth();
  organizationId = (await auth.organizationId(organization)) as OrganizationId;
  const body = { basePermission: 'none' };
  await auth.http('PATCH', '/api/v1/orgs/acme', { as: auth.admin, body });
});

afterAll(async () => {
  await auth.stop();
});

async function member(username: string) {
  const person = await auth.person(username);
  await auth.http('POST', '/api/v1/orgs/acme/members', { as: auth.admin, body: { username, role: 'member' } });
  return person;
}

describe('teams over the bus, as npm asks for them', () => {
  it('are made, filled, given a package and taken back from, on the use cases of the management API', async () => {
    const principal = await auth.principal(auth.admin);
    const ada = await member('ada');
    const named = { principal, organization, team: 'devs' };
    expect(await auth.ask(createTeam, { ...named, description: 'They build.' })).toEqual({ team: 'devs' });
    await expect(auth.ask(createTeam, named)).rejects.toMatchObject({ code: 'team.name-taken' });
    await auth.ask(addTeamMember, { ...named, username: 'ada' });
    expect(await auth.ask(listTeams, { principal, organization })).toEqual({ teams: ['devs'] });
    expect(await auth.ask(listTeamMembers, named)).toEqual({ members: ['ada'] });

    const repositoryId = randomUUID() as RepositoryId;
    const place = { organizationId, repositoryId, slug: 'main', visibility: 'private' as const, packagePurl };
    await auth.ask(grantTeamPackage, { ...named, ...place, permission: 'write' });
    const resource = {
      kind: 'package' as const,
      visibility: 'private' as const,
      organizationId,
      repositoryId,
      purl: packagePurl,
    };
    expect(can(await auth.principal(ada.session), 'publish', resource).allowed).toBe(true);
    const actions = ['read', 'publish', 'metadata'];
    expect(await auth.ask(listTeamGrants, { ...named, repositoryId })).toEqual({
      grants: [{ kind: 'packages', repositoryId, purls: [packagePurl], actions }],
    });
    const asked = { principal, organizationId, repositoryId, packagePurl };
    expect((await auth.ask(listCollaborators, asked)).collaborators).toContainEqual({
      username: 'ada',
      permission: 'write',
    });
    await auth.ask(grantTeamPackage, { ...named, ...place, permission: 'read' });
    expect((await auth.ask(listCollaborators, asked)).collaborators).toContainEqual({
      username: 'ada',
      permission: 'read',
    });
    expect(await auth.ask(revokeTeamPackage, { ...named, ...place })).toEqual({ revoked: true });
    expect(await auth.ask(revokeTeamPackage, { ...named, ...place })).toEqual({ revoked: false });
    expect((await auth.ask(listCollaborators, asked)).collaborators).toEqual([
      { username: 'admin', permission: 'write' },
    ]);
    expect(await auth.ask(removeTeamMember, { ...named, username: 'ada' })).toEqual({ removed: true });
    await auth.ask(deleteTeam, named);
    await expect(auth.ask(listTeamMembers, named)).rejects.toMatchObject({ kind: 'not-found' });
  });

  it('are nobody’s who may not manage access, give nothing on another organization’s package, and tell strangers nothing (A3, A6)', async () => {
    const admin = await auth.principal(auth.admin);
    const ben = await auth.principal((await member('ben')).session);
    const out = await auth.principal((await auth.person('outsider')).session);
    await auth.ask(createTeam, { principal: admin, organization, team: 'ops' });
    await expect(auth.ask(createTeam, { principal: ben, organization, team: 'mine' })).rejects.toMatchObject({
      kind: 'forbidden',
    });
    const own = { principal: ben, organization, team: 'ops', username: 'ben' };
    await expect(auth.ask(addTeamMember, own)).rejects.toMatchObject({ kind: 'forbidden' });
    const foreign = {
      organizationId: randomUUID() as OrganizationId,
      repositoryId: randomUUID() as RepositoryId,
      slug: 'foreign',
      visibility: 'public' as const,
      packagePurl,
      permission: 'read' as const,
    };
    const given = auth.ask(grantTeamPackage, { principal: admin, organization, team: 'ops', ...foreign });
    await expect(given).rejects.toMatchObject({ kind: 'not-found' });
    const refusals = await Promise.all(
      [organization, 'no-such-thing'].map((name) =>
        auth
          .ask(listTeamMembers, { principal: out, organization: name, team: 'ops' })
          .catch((error: unknown) => String(error)),
      ),
    );
    expect(refusals[0]).toBe(refusals[1]);
  });
});
