import { mustSucceed, outputOf } from '@waybill/client-drivers';
import { describe, expect, it } from 'vitest';
import { Registry, unique } from '../registry.js';
import { npmLikeClients, openClient, packumentOf, publishVersions } from './open-client.js';

describe.each(npmLikeClients)('%s', (id) => {
  it('deprecates the versions of a range, warns who installs one, and lifts it again', async () => {
    await using client = await openClient(id);
    const name = unique('@acme/old');
    await publishVersions(client, name, '1.0.0', '1.1.0', '2.0.0');
    mustSucceed(await client.run(['deprecate', `${name}@<2.0.0`, 'use 2 or newer']));
    const deprecated = await packumentOf(name);
    expect(Object.entries(deprecated?.versions ?? {}).map(([version, entry]) => [version, entry.deprecated])).toEqual([
      ['1.0.0', 'use 2 or newer'],
      ['1.1.0', 'use 2 or newer'],
      ['2.0.0', undefined],
    ]);

    const app = await client.box.writeProject(unique('app'), {
      name: 'app',
      version: '1.0.0',
      dependencies: { [name]: '1.0.0' },
    });
    expect(outputOf(mustSucceed(await client.install(app)))).toMatch(/deprecated/i);

    const lift = id === 'pnpm-12' ? ['undeprecate', `${name}@<2.0.0`] : ['deprecate', `${name}@<2.0.0`, ''];
    mustSucceed(await client.run(lift));
    const lifted = await packumentOf(name);
    expect(Object.values(lifted?.versions ?? {}).filter((entry) => (entry.deprecated ?? '') !== '')).toEqual([]);
    expect(lifted?.versions['1.0.0']?.dist).toEqual(deprecated?.versions['1.0.0']?.dist);
  });

  it('is told that it may not deprecate what is not its own', async () => {
    const name = unique('foreign');
    await using owner = await openClient('npm-12');
    await publishVersions(owner, name, '1.0.0');
    await using stranger = await openClient(id, { token: (await new Registry().createStranger()).token });
    const result = await stranger.run(['deprecate', name, 'mine now']);
    expect(result.exitCode).not.toBe(0);
    expect((await packumentOf(name))?.versions['1.0.0']).not.toHaveProperty('deprecated');
  });
});
