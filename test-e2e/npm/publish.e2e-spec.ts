import { join } from 'node:path';
import type { NpmClient } from '@waybill/client-drivers';
import { makePackage, mustSucceed, npmClientTools, openNpmClient, outputOf } from '@waybill/client-drivers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Registry, unique } from '../registry.js';

const registry = new Registry();

describe.each(npmClientTools)('$id', ({ id, capabilities }) => {
  let client: NpmClient;

  beforeAll(async () => {
    client = await openNpmClient(id, {
      registry: { registryUrl: registry.registryUrl(), token: registry.token, alwaysAuth: true },
    });
  });

  afterAll(async () => {
    await client.dispose();
  });

  it.each(['plain', '@acme/scoped'])('publishes a %s package, and installs it with its lock file', async (prefix) => {
    const name = unique(prefix);
    const files = { 'index.js': 'module.exports = 42;', 'README.md': `# ${name}` };
    const directory = await makePackage(join(client.box.work, unique('lib')), { name, version: '1.0.0', files });
    mustSucceed(await client.publish(directory));
    const document = (await (await registry.get(`/npm/main/${name}`)).json()) as {
      versions: Record<string, { dist: { integrity: string } }>;
      readme: string;
    };
    expect(document.readme).toContain(name);

    const app = await client.box.writeProject(unique('app'), {
      name: 'app',
      version: '1.0.0',
      dependencies: { [name]: '^1.0.0' },
    });
    mustSucceed(await client.install(app));
    expect(
      outputOf(mustSucceed(await client.evaluate(app, `console.log(require(${JSON.stringify(name)}))`))),
    ).toContain('42');
    const integrity = (await client.lockFileIntegrities(app)).get(`${name}@1.0.0`);
    if (capabilities.lockFileHasIntegrity) {
      // eslint-disable-next-line vitest/no-conditional-expect -- berry keeps a digest of its own
      expect(integrity).toBe(document.versions['1.0.0']?.dist.integrity);
    }
    await client.box.clearCaches();
    mustSucceed(await client.installFrozen(app));
  });

  it('publishes 30 MB', async () => {
    const name = unique('large');
    const directory = await makePackage(join(client.box.work, name), {
      name,
      version: '1.0.0',
      files: { 'index.js': 'module.exports = 1;', 'big.bin': { randomBytes: 30 * 1024 * 1024 } },
    });
    mustSucceed(await client.publish(directory, { timeoutMs: 240_000 }));
    const response = await registry.get(`/npm/main/${name}/-/${name}-1.0.0.tgz`);
    expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(30 * 1024 * 1024);
  });

  it('updates within the range', async () => {
    const name = unique('updated');
    const release = async (version: string) => {
      const files = { 'index.js': `module.exports = ${JSON.stringify(version)};` };
      const directory = join(client.box.work, unique('lib'));
      mustSucceed(await client.publish(await makePackage(directory, { name, version, files })));
    };
    await release('1.0.0');
    const app = await client.box.writeProject(unique('app'), {
      name: 'app',
      version: '1.0.0',
      dependencies: { [name]: '^1.0.0' },
    });
    mustSucceed(await client.install(app));
    await release('1.1.0');
    mustSucceed(await client.update(app, name));
    expect([...(await client.lockFileIntegrities(app)).keys()]).toContain(`${name}@1.1.0`);
  });
});
