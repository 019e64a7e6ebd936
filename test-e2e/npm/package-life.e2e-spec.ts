import { join } from 'node:path';
import { makePackage, mustSucceed, outputOf } from '@waybill/client-drivers';
import { eventually } from '@waybill/testing';
import { describe, expect, it } from 'vitest';
import { Registry, unique } from '../registry.js';
import { openClient, packumentOf, publishVersions } from './open-client.js';

const registry = new Registry();
const headers = { authorization: `Bearer ${registry.token}` };

function addressOf(name: string, repository: string, below = ''): string {
  return `/packages/${encodeURIComponent(purlOf(name))}${below}?repository=${repository}`;
}

function purlOf(name: string): string {
  return `pkg:npm/${name.replace('@', '%40')}`;
}

const pathsOf = (name: string) => [name, `${name}/-/${name.replace(/.*\//, '')}-1.0.0.tgz`, `${name}/1.0.0`];
const statusOf = async (repository: string, path: string, sent = {}) =>
  (await registry.get(`/npm/${repository}/${path}`, sent)).status;

/** What a client installs from there: whether it could, and the digests that its lock file pins. */
async function install(repository: string, name: string, token?: string) {
  await using client = await openClient('npm-11', { repository, ...(token === undefined ? {} : { token }) });
  const app = { name: 'app', version: '1.0.0', dependencies: { [name]: '^1.0.0' } };
  const project = await client.box.writeProject(unique('app'), app);
  const { exitCode } = await client.install(project);
  return { exitCode, integrities: exitCode === 0 ? await client.lockFileIntegrities(project) : new Map() };
}

describe('a package', () => {
  it('that npm makes private is refused to everybody else at once, from every cache, and installed by a member (A9)', async () => {
    const repository = await registry.createRepository('public');
    const stranger = await registry.createStranger();
    const strangers = { authorization: `Bearer ${stranger.token}` };
    await using client = await openClient('npm-11', { repository });
    const name = unique('@acme/shy');
    await publishVersions(client, name, '1.0.0');
    const forms = [{}, { accept: 'application/vnd.npm.install-v1+json' }, { 'accept-encoding': 'gzip' }];
    // Twice, so that the gateway has them.
    for (let round = 0; round < 2; round += 1) {
      for (const form of forms) {
        for (const path of pathsOf(name)) expect(await statusOf(repository, path, form)).toBe(200);
      }
    }
    const before = await install(repository, name);
    mustSucceed(await client.run(['access', 'set', 'status=private', name]));
    for (const form of forms) {
      for (const path of pathsOf(name)) {
        expect(await statusOf(repository, path, form)).toBe(401);
        expect(await statusOf(repository, path, { ...form, ...strangers })).toBe(404);
        expect(await statusOf(repository, path, { ...form, ...headers })).toBe(200);
      }
    }
    expect((await registry.get(`/api/v1${addressOf(name, repository)}`)).status).toBe(401);
    expect((await install(repository, name, stranger.token)).exitCode).not.toBe(0);
    expect(await install(repository, name)).toEqual(before);
    expect(outputOf(mustSucceed(await client.run(['access', 'get', 'status', name])))).toMatch(/private|restricted/);
    // The search hears of it a moment later.
    await eventually(async () => {
      const found = await registry.get(`/npm/${repository}/-/v1/search?text=shy`, strangers);
      expect(await found.json()).toMatchObject({ total: 0 });
    });

    mustSucceed(await client.run(['access', 'set', 'status=public', name]));
    for (const path of pathsOf(name)) expect(await statusOf(repository, path)).toBe(200);
  });

  it('that is archived refuses to publish and to tag, in words that npm shows, and is installed on', async () => {
    const repository = await registry.createRepository('public');
    await using client = await openClient('npm-11', { repository });
    const name = unique('done');
    await publishVersions(client, name, '1.0.0');
    await registry.apiJson('PATCH', addressOf(name, repository), { archived: true });
    const again = await makePackage(join(client.box.work, unique('lib')), { name, version: '1.1.0' });
    for (const refused of [
      await client.publish(again),
      await client.distTagAdd({ name, version: '1.0.0', tag: 'beta' }),
    ]) {
      expect(refused.exitCode).not.toBe(0);
      expect(outputOf(refused)).toMatch(/package is\s+archived/);
    }
    expect((await install(repository, name)).exitCode).toBe(0);
    expect(await packumentOf(name, repository)).not.toHaveProperty(['versions', '1.0.0', 'deprecated']);
    await registry.apiJson('PATCH', addressOf(name, repository), { archived: false });
    mustSucceed(await client.publish(again));
  });

  it('that is deleted is gone, and comes back with the same versions, tags and bytes', async () => {
    const repository = await registry.createRepository('public');
    await using client = await openClient('npm-11', { repository });
    const name = unique('@acme/phoenix');
    await publishVersions(client, name, '1.0.0', '1.1.0');
    mustSucceed(await client.distTagAdd({ name, version: '1.0.0', tag: 'old' }));
    mustSucceed(await client.run(['deprecate', `${name}@1.0.0`, 'use 1.1']));
    const before = await install(repository, name);
    const packument = await packumentOf(name, repository);
    for (const path of pathsOf(name)) expect(await statusOf(repository, path)).toBe(200);

    expect((await registry.api('DELETE', addressOf(name, repository), { confirm: 'phoenix' })).status).toBe(400);
    await registry.apiJson('DELETE', addressOf(name, repository), { confirm: name });
    for (const path of pathsOf(name)) expect(await statusOf(repository, path)).toBe(401);
    await eventually(async () => {
      for (const path of pathsOf(name)) expect(await statusOf(repository, path, headers)).toBe(404);
    });
    expect((await install(repository, name)).exitCode).not.toBe(0);
    const taken = await client.publish(
      await makePackage(join(client.box.work, unique('lib')), { name, version: '2.0.0' }),
    );
    expect(taken.exitCode).not.toBe(0);
    expect(outputOf(taken)).toMatch(/was deleted/);

    await registry.apiJson('POST', addressOf(name, repository, '/restore'));
    await eventually(async () => {
      const after = await packumentOf(name, repository);
      expect(after?.versions).toEqual(packument?.versions);
      expect(after?.['dist-tags']).toEqual(packument?.['dist-tags']);
    });
    expect(await install(repository, name)).toEqual(before);
    await publishVersions(client, name, '1.2.0');
  });

  it('that loses one version gets it back, with the same integrity', async () => {
    const repository = await registry.createRepository('public');
    await using client = await openClient('npm-11', { repository });
    const name = unique('gap');
    await publishVersions(client, name, '1.0.0', '1.1.0');
    const packument = await packumentOf(name, repository);
    const release = (below = '') =>
      `/releases/${encodeURIComponent(`${purlOf(name)}@1.1.0`)}${below}?repository=${repository}`;
    expect((await registry.api('DELETE', release())).status).toBe(204);
    await eventually(async () => expect(await statusOf(repository, `${name}/1.1.0`, headers)).toBe(404));
    expect((await registry.api('POST', release('/restore'))).status).toBe(204);
    await eventually(async () => expect((await packumentOf(name, repository))?.versions).toEqual(packument?.versions));
    mustSucceed(await client.run(['view', `${name}@1.1.0`, 'dist.integrity']));
  });

  it('that is moved is installed from its new repository alone, with the same integrity, and published there', async () => {
    const [from, to] = [await registry.createRepository('public'), await registry.createRepository('public')];
    await using client = await openClient('npm-11', { repository: from });
    const name = unique('@acme/nomad');
    await publishVersions(client, name, '1.0.0', '1.1.0');
    const before = await install(from, name);
    for (const path of pathsOf(name)) expect(await statusOf(from, path)).toBe(200);
    const moved = await registry.apiJson('POST', addressOf(name, from, '/transfer'), { repository: to });
    expect(moved).toMatchObject({ repository: to });
    for (const path of pathsOf(name)) expect(await statusOf(from, path)).toBe(401);
    await eventually(async () => {
      for (const path of pathsOf(name)) expect(await statusOf(to, path)).toBe(200);
    });
    expect(await install(to, name)).toEqual(before);
    expect((await install(from, name)).exitCode).not.toBe(0);
    const squatting = await makePackage(join(client.box.work, unique('lib')), { name, version: '1.2.0' });
    const refused = await client.publish(squatting);
    expect(refused.exitCode).not.toBe(0);
    expect(outputOf(refused)).toMatch(/was moved/);
    await using theirs = await openClient('npm-11', { repository: to });
    await publishVersions(theirs, name, '1.2.0');
    await eventually(async () => {
      const found = await registry.get(`/npm/${to}/-/v1/search?text=${name.replace('@acme/', '')}`, headers);
      expect(await found.json()).toMatchObject({ total: 1 });
    });
  });
});
