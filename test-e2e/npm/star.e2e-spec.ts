import { mustSucceed, outputOf } from '@waybill/client-drivers';
import { describe, expect, it } from 'vitest';
import { unique } from '../registry.js';
import { npmLikeClients, openClient, packumentOf, publishVersions } from './open-client.js';

// npm 12 has no stars any more.
describe.each(npmLikeClients.filter((id) => id !== 'npm-12'))('%s', (id) => {
  it('stars a package, lists its stars, and takes one back', async () => {
    await using client = await openClient(id);
    const name = unique('@acme/liked');
    await publishVersions(client, name, '1.0.0');
    mustSucceed(await client.run(['star', name]));
    expect(Object.values((await packumentOf(name))?.users ?? {})).toEqual([true]);
    expect(outputOf(mustSucceed(await client.run(['stars'])))).toContain(name);
    mustSucceed(await client.run(['unstar', name]));
    expect(Object.values((await packumentOf(name))?.users ?? {})).toEqual([]);
    expect((await client.run(['stars'])).stdout).not.toContain(name);
  });
});
