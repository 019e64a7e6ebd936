import { join } from 'node:path';
import { makePackage, mustSucceed, outputOf } from '@waybill/client-drivers';
import { describe, expect, it } from 'vitest';
import { Registry, unique } from '../registry.js';
import { npmLikeClients, openClient, packumentOf, publishVersions } from './open-client.js';

const registry = new Registry();

describe.each(npmLikeClients)('%s', (id) => {
  it('unpublishes one version in two steps, and nobody gets it any more', async () => {
    await using client = await openClient(id);
    const name = unique('@acme/gone');
    await publishVersions(client, name, '1.0.0', '1.1.0');
    const tarball = (await packumentOf(name))?.versions['1.1.0']?.dist.tarball ?? '';
    expect((await fetch(tarball)).status).toBe(200);
    mustSucceed(await client.run(['unpublish', `${name}@1.1.0`, '--force']));
    const left = await packumentOf(name);
    expect(Object.keys(left?.versions ?? {})).toEqual(['1.0.0']);
    expect(left?.['dist-tags']).toEqual({ latest: '1.0.0' });
    expect((await fetch(tarball)).status).toBe(404);
    const app = await client.box.writeProject(unique('app'), { name: 'app', dependencies: { [name]: '1.1.0' } });
    expect((await client.install(app)).exitCode).not.toBe(0);
  });

  it('unpublishes everything, and cannot publish other bytes under the same version ever (I8)', async () => {
    await using client = await openClient(id);
    const name = unique('burnt');
    await publishVersions(client, name, '1.0.0', '1.1.0');
    mustSucceed(await client.run(['unpublish', name, '--force']));
    expect(await packumentOf(name)).toBeUndefined();
    const directory = await makePackage(join(client.box.work, unique('lib')), {
      name,
      version: '1.0.0',
      files: { 'index.js': 'module.exports = "other bytes";' },
    });
    const again = await client.publish(directory);
    expect(again.exitCode).not.toBe(0);
    expect(outputOf(again)).toMatch(/exists already|cannot be used again|never changes/i);
    expect(await packumentOf(name)).toBeUndefined();
    await publishVersions(client, name, '2.0.0');
    expect(Object.keys((await packumentOf(name))?.versions ?? {})).toEqual(['2.0.0']);
  });

  it('is told when it may not', async () => {
    await using owner = await openClient('npm-12');
    const name = unique('kept');
    await publishVersions(owner, name, '1.0.0', '1.1.0');
    await using stranger = await openClient(id, { token: (await registry.createStranger()).token });
    expect((await stranger.run(['unpublish', `${name}@1.1.0`, '--force'])).exitCode).not.toBe(0);
    expect((await stranger.run(['unpublish', name, '--force'])).exitCode).not.toBe(0);
    expect(Object.keys((await packumentOf(name))?.versions ?? {})).toEqual(['1.0.0', '1.1.0']);
  });
});

describe('the raw protocol', () => {
  it('answers a stale revision with 409 and changes nothing', async () => {
    await using client = await openClient('npm-12');
    const name = unique('stale');
    await publishVersions(client, name, '1.0.0', '1.1.0');
    const read = await packumentOf(name);
    await publishVersions(client, name, '1.2.0');
    const { '1.0.0': removed, ...versions } = read?.versions ?? {};
    expect(removed).toBeDefined();
    const response = await fetch(`${registry.registryUrl()}${name}/-rev/${read?._rev ?? ''}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${registry.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ ...read, versions }),
    });
    expect(response.status).toBe(409);
    expect(Object.keys((await packumentOf(name))?.versions ?? {})).toEqual(['1.0.0', '1.1.0', '1.2.0']);
  });
});
