import { join } from 'node:path';
import { makePackage, mustSucceed, npmClientTools, outputOf } from '@waybill/client-drivers';
import { describe, expect, it } from 'vitest';
import { Registry, unique } from '../registry.js';
import { openClient, publishVersions } from './open-client.js';

const registry = new Registry();

describe.each(['npm-11', 'npm-12', 'pnpm-10', 'pnpm-12'] as const)('%s', (id) => {
  it.each([
    { visibility: 'public', status: /public/ },
    { visibility: 'private', status: /private|restricted/ },
  ] as const)('is told that a package is $visibility, and who works on it', async ({ visibility, status }) => {
    const repository = await registry.createRepository(visibility);
    await using client = await openClient(id, { repository });
    const name = unique('@acme/seen');
    await publishVersions(client, name, '1.0.0');
    expect(outputOf(mustSucceed(await client.run(['access', 'get', 'status', name])))).toMatch(status);
    expect(outputOf(mustSucceed(await client.run(['access', 'list', 'collaborators', name])))).toContain(
      registry.admin.username,
    );
    expect(outputOf(mustSucceed(await client.run(['access', 'list', 'packages', registry.admin.username])))).toContain(
      name,
    );
  });

  it('makes a package of a public repository private, and public again, and none more visible than its repository', async () => {
    await using client = await openClient(id);
    const name = unique('@acme/open');
    await publishVersions(client, name, '1.0.0');
    mustSucceed(await client.run(['access', 'set', 'status=private', name]));
    expect((await registry.get(`/npm/main/${name}`)).status).toBe(401);
    mustSucceed(await client.run(['access', 'set', 'status=public', name]));
    expect((await registry.get(`/npm/main/${name}`)).status).toBe(200);
    const repository = await registry.createRepository('private');
    await using closed = await openClient(id, { repository });
    const hidden = unique('@acme/hidden');
    await publishVersions(closed, hidden, '1.0.0');
    const refused = await closed.run(['access', 'set', 'status=public', hidden]);
    expect(refused.exitCode).not.toBe(0);
    expect(outputOf(refused)).toMatch(/never more visible than its repository/);
  });
});

describe.each(npmClientTools)('$id', ({ id }) => {
  it('is not told that a package of a public repository was published for few', async () => {
    await using client = await openClient(id);
    const name = unique('@acme/meant');
    const packageJson = { publishConfig: { access: 'restricted' } };
    const directory = await makePackage(join(client.box.work, unique('lib')), { name, version: '1.0.0', packageJson });
    const refused = await client.publish(directory);
    expect(refused.exitCode).not.toBe(0);
    expect(outputOf(refused)).toMatch(/as visible as its repository/);
    expect((await registry.get(`/npm/main/${name}`)).status).toBe(404);
  });
});
