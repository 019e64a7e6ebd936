import { mustSucceed, outputOf } from '@waybill/client-drivers';
import { expect, it } from 'vitest';
import { Registry, unique } from '../registry.js';
import { openClient, publishVersions } from './open-client.js';

const registry = new Registry();

/** A private repository of an organization that lets its plain members do nothing but what they are given. */
async function closedRepository(): Promise<{ organization: string; repository: string }> {
  const organization = unique('closed');
  const repository = unique('closed-repo');
  await registry.apiJson('POST', '/orgs', { name: organization });
  await registry.apiJson('PATCH', `/orgs/${organization}`, { basePermission: 'none' });
  await registry.apiJson('POST', '/repositories', { slug: repository, organization, visibility: 'private' });
  await registry.waitForRepository(repository);
  return { organization, repository };
}

it('npm 11 makes a team, and who is in it reads a package from then on, publishes it, and is shut out again', async () => {
  const { organization, repository } = await closedRepository();
  const member = await registry.createStranger();
  await using admin = await openClient('npm-11', { repository });
  await using client = await openClient('npm-11', { repository, token: member.token });
  const name = unique('@acme/given');
  const team = `@${organization}:devs`;
  const asAdmin = async (...args: string[]) => outputOf(mustSucceed(await admin.run(args)));
  const view = async () => (await client.run(['view', name, 'version'])).exitCode;

  await publishVersions(admin, name, '1.0.0');
  await asAdmin('org', 'set', organization, member.username, 'developer');
  await asAdmin('team', 'create', team);
  expect(await asAdmin('team', 'ls', organization)).toContain('devs');
  await asAdmin('team', 'add', team, member.username);
  expect(await asAdmin('team', 'ls', team)).toContain(member.username);
  expect(await view()).not.toBe(0);

  await asAdmin('access', 'grant', 'read-only', team, name);
  expect(await view()).toBe(0);
  expect(await asAdmin('access', 'list', 'packages', team)).toContain(name);
  expect(await asAdmin('access', 'list', 'collaborators', name)).toContain(member.username);
  await expect(publishVersions(client, name, '1.1.0')).rejects.toThrow();
  await asAdmin('access', 'grant', 'read-write', team, name);
  await publishVersions(client, name, '1.1.1');

  await asAdmin('access', 'revoke', team, name);
  expect(await view()).not.toBe(0);
  await asAdmin('access', 'grant', 'read-only', team, name);
  expect(await view()).toBe(0);
  await asAdmin('team', 'rm', team, member.username);
  expect(await view()).not.toBe(0);
  await asAdmin('team', 'destroy', team);
  expect((await admin.run(['team', 'ls', team])).exitCode).not.toBe(0);
});

it('npm 11 is refused by a stranger’s hand, who learns nothing of teams (A6)', async () => {
  const { organization } = await closedRepository();
  const stranger = await registry.createStranger();
  await using client = await openClient('npm-11', { token: stranger.token });
  for (const scope of [organization, unique('nothing')]) {
    for (const args of [
      ['team', 'ls', scope],
      ['team', 'create', `@${scope}:mine`],
      ['team', 'add', `@${scope}:devs`, stranger.username],
    ]) {
      const result = await client.run(args);
      expect(result.exitCode).not.toBe(0);
      expect(outputOf(result)).toMatch(/404/);
    }
  }
});
