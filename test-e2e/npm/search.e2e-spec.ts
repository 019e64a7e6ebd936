import { mustSucceed, outputOf } from '@waybill/client-drivers';
import { eventually } from '@waybill/testing';
import { describe, expect, it } from 'vitest';
import { Registry, unique } from '../registry.js';
import { npmLikeClients, openClient, publishVersions } from './open-client.js';

const registry = new Registry();

describe.each(npmLikeClients)('%s', (id) => {
  it('finds what it published, with its description', async () => {
    await using client = await openClient(id);
    const name = unique('findable');
    await publishVersions(client, name, '1.0.0');
    // Search follows the publish by a moment: it is another service.
    await eventually(async () => {
      expect(outputOf(mustSucceed(await client.run(['search', name])))).toMatch(
        new RegExp(`${name}[^]*Something called`),
      );
    });
  });

  it('does not find what is in a private repository of others (A5)', async () => {
    const repository = await registry.createRepository('private');
    await using owner = await openClient('npm-12', { repository });
    const name = unique('secretive');
    await publishVersions(owner, name, '1.0.0');
    await eventually(async () => {
      expect(outputOf(mustSucceed(await owner.run(['search', name])))).toContain(name);
    });
    await using stranger = await openClient(id, { repository, token: (await registry.createStranger()).token });
    expect((await stranger.run(['search', name])).stdout).not.toContain(`Something called ${name}`);
    await using elsewhere = await openClient(id);
    expect((await elsewhere.run(['search', name])).stdout).not.toContain(`Something called ${name}`);
  });
});
