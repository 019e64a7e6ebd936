import { join } from 'node:path';
import type { NpmToolId } from '@waybill/client-drivers';
import { makePackage, mustSucceed, outputOf } from '@waybill/client-drivers';
import { describe, expect, it } from 'vitest';
import { Registry, unique } from '../registry.js';
import { npmLikeClients, openClient, packumentOf, publishVersions } from './open-client.js';

const registry = new Registry();

/** npm asks for the user first, pnpm's own command for the package. */
function inOrder(id: NpmToolId, user: string, name: string): string[] {
  return id === 'pnpm-12' ? [name, user] : [user, name];
}

describe.each(npmLikeClients)('%s', (id) => {
  it('adds an owner, who publishes then, and takes the right away again', async () => {
    await using client = await openClient(id);
    const name = unique('@acme/shared');
    await publishVersions(client, name, '1.0.0');
    const friend = await registry.createStranger();
    await using theirs = await openClient(id, { token: friend.token });
    const release = async (version: string) =>
      theirs.publish(await makePackage(join(theirs.box.work, unique('lib')), { name, version }));
    expect((await release('1.1.0')).exitCode).not.toBe(0);

    mustSucceed(await client.run(['owner', 'add', ...inOrder(id, friend.username, name)]));
    expect(outputOf(mustSucceed(await client.run(['owner', 'ls', name])))).toContain(friend.username);
    expect((await packumentOf(name))?.maintainers.map((owner) => owner.name)).toContain(friend.username);
    mustSucceed(await release('1.1.0'));

    mustSucceed(await client.run(['owner', 'rm', ...inOrder(id, friend.username, name)]));
    expect((await packumentOf(name))?.maintainers.map((owner) => owner.name)).toEqual([registry.admin.username]);
    expect((await release('1.2.0')).exitCode).not.toBe(0);
  });

  it('cannot make a stranger of the last owner', async () => {
    await using client = await openClient(id);
    const name = unique('owned');
    await publishVersions(client, name, '1.0.0');
    const result = await client.run(['owner', 'rm', ...inOrder(id, registry.admin.username, name)]);
    expect(result.exitCode).not.toBe(0);
    expect((await packumentOf(name))?.maintainers).toHaveLength(1);
  });
});
