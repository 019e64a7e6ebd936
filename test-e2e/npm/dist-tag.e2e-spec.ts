import { join } from 'node:path';
import { makePackage, mustSucceed, npmClientTools, openNpmClient, outputOf } from '@waybill/client-drivers';
import { describe, expect, it } from 'vitest';
import { Registry, unique } from '../registry.js';

const registry = new Registry();

describe.each(npmClientTools.filter((tool) => tool.capabilities.distTags))('$id', ({ id }) => {
  it('adds, lists and removes a dist-tag, and installs by it', async () => {
    await using stack = new AsyncDisposableStack();
    const client = await openNpmClient(id, {
      registry: { registryUrl: registry.registryUrl(), token: registry.token },
    });
    stack.defer(() => client.dispose());
    const name = unique('@acme/tagged');
    for (const [version, tag] of [
      ['1.0.0', 'latest'],
      ['2.0.0-rc.1', 'next'],
    ] as const) {
      const directory = join(client.box.work, `${name.replace('/', '-')}-${version}`);
      mustSucceed(await client.publish(await makePackage(directory, { name, version }), { tag }));
    }
    mustSucceed(await client.distTagAdd({ name, version: '1.0.0', tag: 'stable' }));
    expect(outputOf(mustSucceed(await client.distTagList(name)))).toMatch(/stable(:| →) 1\.0\.0/);
    const app = await client.box.writeProject(unique('app'), { name: 'app', version: '1.0.0', dependencies: {} });
    mustSucceed(await client.add(app, `${name}@next`));
    expect([...(await client.lockFileIntegrities(app)).keys()]).toContain(`${name}@2.0.0-rc.1`);
    mustSucceed(await client.distTagRemove(name, 'stable'));
    const tags = await (await registry.get(`/npm/main/-/package/${name}/dist-tags`)).json();
    expect(tags).toEqual({ latest: '1.0.0', next: '2.0.0-rc.1' });
  });
});
