import { join } from 'node:path';
import { makePackage, mustSucceed, outputOf } from '@waybill/client-drivers';
import { describe, expect, it, vi } from 'vitest';
import { Registry, unique } from '../registry.js';
import { openClient, packumentOf, publishVersions } from './open-client.js';

const registry = new Registry();

/** What a client installs from there: whether it could, and the digests that its lock file pins. */
async function install(
  repository: string,
  name: string,
  token?: string,
): Promise<{ readonly exitCode: number; readonly integrities: ReadonlyMap<string, string | undefined> }> {
  await using client = await openClient('npm-11', { repository, ...(token === undefined ? {} : { token }) });
  const app = { name: 'app', version: '1.0.0', dependencies: { [name]: '^1.0.0' } };
  const project = await client.box.writeProject(unique('app'), app);
  const { exitCode } = await client.install(project);
  return { exitCode, integrities: exitCode === 0 ? await client.lockFileIntegrities(project) : new Map() };
}

/** An organization with one member who reads and publishes. */
async function organizationWithMember(): Promise<{
  readonly name: string;
  readonly member: { readonly token: string };
}> {
  const name = unique('org');
  await registry.apiJson('POST', '/orgs', { name });
  const member = await registry.createStranger();
  await registry.apiJson('POST', `/orgs/${name}/members`, { username: member.username, role: 'member' });
  return { name, member };
}

describe('a repository', () => {
  it('that is archived refuses to publish and to tag, in words that npm shows, and is read on', async () => {
    const repository = await registry.createRepository('public');
    await using client = await openClient('npm-11', { repository });
    const name = unique('kept');
    await publishVersions(client, name, '1.0.0');
    await registry.apiJson('PATCH', `/repositories/${repository}`, { archived: true });
    const again = await makePackage(join(client.box.work, unique('lib')), { name, version: '1.1.0' });
    const refused = await client.publish(again);
    expect(refused.exitCode).not.toBe(0);
    expect(outputOf(refused)).toMatch(new RegExp(`${repository} is\\s+archived`));
    const tagged = await client.distTagAdd({ name, version: '1.0.0', tag: 'beta' });
    expect(tagged.exitCode).not.toBe(0);
    expect(outputOf(tagged)).toContain('archived');
    expect((await install(repository, name)).exitCode).toBe(0);
    await registry.apiJson('PATCH', `/repositories/${repository}`, { archived: false });
    mustSucceed(await client.publish(again));
  });

  it('that is deleted is gone at once for everybody, and comes back with the very same bytes', async () => {
    const repository = await registry.createRepository('public');
    await using client = await openClient('npm-11', { repository });
    const name = unique('back');
    await publishVersions(client, name, '1.0.0', '1.1.0');
    const before = await install(repository, name);
    const packument = await packumentOf(name, repository);
    const paths = [name, `${name}/-/${name}-1.1.0.tgz`, `-/package/${name}/dist-tags`];
    // Twice, so that the gateway has them.
    for (const path of [...paths, ...paths])
      expect((await registry.get(`/npm/${repository}/${path}`)).status).toBe(200);

    const refused = await registry.api('DELETE', `/repositories/${repository}`, { confirm: 'another' });
    expect(refused.status).toBe(400);
    await registry.apiJson('DELETE', `/repositories/${repository}`, { confirm: repository });
    const headers = { authorization: `Bearer ${registry.token}` };
    for (const path of paths.slice(0, 2)) {
      expect((await registry.get(`/npm/${repository}/${path}`)).status).toBe(401);
      expect((await registry.get(`/npm/${repository}/${path}`, headers)).status).toBe(404);
    }
    expect((await install(repository, name)).exitCode).not.toBe(0);
    expect((await registry.api('GET', `/repositories/${repository}`)).status).toBe(404);
    // The search hears of it a moment later.
    await vi.waitFor(async () => {
      const found = await registry.get(`/npm/${repository}/-/v1/search?text=${name}`, headers);
      expect(await found.json()).toMatchObject({ total: 0 });
    });

    await registry.apiJson('POST', `/repositories/${repository}/restore`);
    await vi.waitFor(async () => expect(await packumentOf(name, repository)).toEqual(packument));
    expect(await install(repository, name)).toEqual(before);
    await publishVersions(client, name, '1.2.0');
  });

  it('that is transferred is read by its new members alone, at once', async () => {
    const [from, to] = [await organizationWithMember(), await organizationWithMember()];
    const repository = unique('repo');
    await vi.waitFor(async () => {
      const body = { slug: repository, organization: from.name, visibility: 'private' };
      expect((await registry.api('POST', '/repositories', body)).status).toBe(201);
    });
    const name = unique('handed');
    const reads = async ({ member }: typeof from) => {
      const headers = { authorization: `Bearer ${member.token}` };
      return (await registry.get(`/npm/${repository}/${name}`, headers)).status;
    };
    await registry.waitForRepository(repository, from.member.token);
    await using client = await openClient('npm-11', { repository, token: from.member.token });
    await publishVersions(client, name, '1.0.0');
    expect([await reads(from), await reads(to)]).toEqual([200, 404]);
    const { integrities } = await install(repository, name, from.member.token);

    await vi.waitFor(async () => {
      const { state } = await registry.apiJson<{ state: string }>('POST', `/repositories/${repository}/transfer`, {
        to: to.name,
      });
      expect(state).toBe('accepted');
    });
    expect(await reads(from)).toBe(404);
    expect((await install(repository, name, from.member.token)).exitCode).not.toBe(0);
    await vi.waitFor(async () => expect(await reads(to)).toBe(200));
    expect(await install(repository, name, to.member.token)).toEqual({ exitCode: 0, integrities });
    const refused = await client.publish(
      await makePackage(join(client.box.work, unique('lib')), { name, version: '1.1.0' }),
    );
    expect(refused.exitCode).not.toBe(0);
    await using theirs = await openClient('npm-11', { repository, token: to.member.token });
    await publishVersions(theirs, name, '1.1.0');
  });
});

describe('a scope that is verified', () => {
  it('is refused to others when they publish a new name in it, and npm says why', async () => {
    const [holder, other] = [await organizationWithMember(), await organizationWithMember()];
    const scope = `@${unique('s')}`;
    const { namespaceId } = await vi.waitFor(() =>
      registry.apiJson<{ namespaceId: string }>('POST', '/namespaces', {
        organization: holder.name,
        ecosystem: 'npm',
        kind: 'scope',
        pattern: scope,
      }),
    );
    await registry.apiJson('POST', `/namespaces/${namespaceId}/approve`);
    const repositories: string[] = [];
    for (const { name, member } of [holder, other]) {
      const slug = unique('repo');
      repositories.push(slug);
      await vi.waitFor(() =>
        registry.apiJson('POST', '/repositories', { slug, organization: name, visibility: 'public' }),
      );
      await registry.waitForRepository(slug, member.token);
    }
    await using client = await openClient('npm-11', { repository: repositories[1] ?? '', token: other.member.token });
    const name = `${scope}/pad`;
    const refused = await client.publish(
      await makePackage(join(client.box.work, unique('lib')), { name, version: '1.0.0' }),
    );
    expect(refused.exitCode).not.toBe(0);
    expect(outputOf(refused)).toMatch(/another organization has reserved/);
    await using own = await openClient('npm-11', { repository: repositories[0] ?? '', token: holder.member.token });
    await publishVersions(own, name, '1.0.0');
  });
});
