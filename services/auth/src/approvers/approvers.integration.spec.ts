import { randomUUID } from 'node:crypto';
import { confirmApprovers } from '@waybill/contracts';
import type { OrganizationId, PackagePurl, RepositoryId, UserId } from '@waybill/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Person } from '../../test/running-auth.js';
import { type RunningAuth, startAuth } from '../../test/running-auth.js';

let auth: RunningAuth;
let organizationId: OrganizationId;
const repositoryId = randomUUID() as RepositoryId;

beforeAll(async () => {
  auth = await startAuth();
  await auth.person('boss');
  const made = await auth.http('POST', '/api/v1/orgs', { as: auth.admin, body: { name: 'umbrella', owner: 'boss' } });
  organizationId = String(made.json['id']) as OrganizationId;
});

afterAll(() => auth.stop());

async function member(username: string, role: string): Promise<Person> {
  const person = await auth.person(username);
  await auth.query('INSERT INTO memberships (organization_id, user_id, role) VALUES ($1, $2, $3)', [
    organizationId,
    person.userId,
    role,
  ]);
  return person;
}

function approvalOf(userId: string, packagePurl = 'pkg:npm/left-pad') {
  return {
    userId: userId as UserId,
    organizationId,
    repositoryId,
    packagePurl: packagePurl as PackagePurl,
    visibility: 'public' as const,
  };
}

async function mayApprove(...userIds: string[]): Promise<readonly boolean[]> {
  return (await auth.ask(confirmApprovers, { approvals: userIds.map((userId) => approvalOf(userId)) })).mayApprove;
}

describe('whether people may still approve', () => {
  it('is said of each of them in one answer: not of who never might, is not there, or was suspended (P8)', async () => {
    const [first, second, plain] = [
      await member('first', 'admin'),
      await member('second', 'owner'),
      await member('plain', 'member'),
    ];
    const asked = [first.userId, plain.userId, second.userId, randomUUID(), first.userId].map(String);
    expect(await mayApprove(...asked)).toEqual([true, false, true, false, true]);
    await auth.http('PUT', '/api/v1/users/first/suspension', { as: auth.admin, body: { suspended: true } });
    expect(await mayApprove(...asked)).toEqual([false, false, true, false, false]);
  });

  it('ends with their membership, with their role, and with what was given to them (P8, A1)', async () => {
    const [leaving, demoted] = [await member('leaving', 'admin'), await member('demoted', 'admin')];
    const given = await member('given', 'member');
    const grant = { subject: { user: 'given' }, on: { organization: 'umbrella' }, actions: ['read', 'approve'] };
    const grants = '/api/v1/orgs/umbrella/grants';
    const made = await auth.http('PUT', grants, { as: auth.admin, body: grant });
    expect(made.status).toBeLessThan(300);
    const asked = [leaving, demoted, given].map(({ userId }) => String(userId));
    expect(await mayApprove(...asked)).toEqual([true, true, true]);
    await auth.http('DELETE', '/api/v1/orgs/umbrella/members/leaving', { as: auth.admin });
    await auth.query(`UPDATE memberships SET role = 'member' WHERE user_id = $1`, [demoted.userId]);
    await auth.query('DELETE FROM grants WHERE user_id = $1', [given.userId]);
    expect(await mayApprove(...asked)).toEqual([false, false, false]);
  });

  it('is not so of service accounts, nor of what one was given on another package (P8, A3)', async () => {
    const accounts = '/api/v1/orgs/umbrella/service-accounts';
    await auth.http('POST', accounts, { as: auth.admin, body: { name: 'bot', description: 'builds' } });
    const [bot] = await auth.query(`SELECT user_id FROM users WHERE kind = 'service'`);
    await auth.query(`UPDATE users SET installation_admin = true WHERE user_id = $1`, [bot?.['user_id']]);
    expect(await mayApprove(String(bot?.['user_id']))).toEqual([false]);
    const outsider = await auth.person('outsider');
    await auth.query('INSERT INTO known_repositories (repository_id, organization_id, slug) VALUES ($1, $2, $3)', [
      repositoryId,
      organizationId,
      'main',
    ]);
    const target = `package:${repositoryId}:pkg:npm/left-pad`;
    await auth.query(
      `INSERT INTO grants (grant_id, organization_id, user_id, kind, repository_id, package_purl, target, actions, granted_by)
       VALUES (gen_random_uuid(), $1, $2, 'package', $3, 'pkg:npm/left-pad', $4, '{read,approve}', 'test')`,
      [organizationId, outsider.userId, repositoryId, target],
    );
    const id = String(outsider.userId);
    const approvals = [approvalOf(id), approvalOf(id, 'pkg:npm/right-pad')];
    expect((await auth.ask(confirmApprovers, { approvals })).mayApprove).toEqual([true, false]);
  });
});
