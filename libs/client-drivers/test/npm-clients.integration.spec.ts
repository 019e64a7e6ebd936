import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makePackage, mustSucceed, npmClientTools, openNpmClient, outputOf, type NpmClient } from '../src/index.js';
import { FakeNpmRegistry } from './fake-npm-registry.js';

const credentials = { username: 'alice', password: 'correct horse 7' };

describe.each(npmClientTools)('$id drives its real client', (tool) => {
  const { capabilities } = tool;
  const registry = new FakeNpmRegistry();
  const name = `lib-${tool.id}`;
  const scoped = `@acme/${tool.id}`;
  let client: NpmClient;

  beforeAll(async () => {
    await registry.start();
    client = await openNpmClient(tool.id, { registry: { registryUrl: registry.url, token: 'static-token' } });
    await makePackage(join(client.box.work, 'lib-1.0.0'), { name, version: '1.0.0' });
    await makePackage(join(client.box.work, 'lib-1.1.0'), {
      name,
      version: '1.1.0',
      files: { 'big.bin': { randomBytes: 1_500_000 } },
    });
    await makePackage(join(client.box.work, 'scoped'), {
      name: scoped,
      version: '1.0.0',
      packageJson: { dependencies: { [name]: '^1.0.0' } },
    });
  });
  afterAll(async () => {
    await client.dispose();
    await registry.stop();
  });

  it('publishes, plain and scoped, with the configured token', async () => {
    mustSucceed(await client.publish(join(client.box.work, 'lib-1.0.0')));
    mustSucceed(await client.publish(join(client.box.work, 'scoped'), { access: 'public' }));
    expect(registry.integrityOf(name, '1.0.0')).toMatch(/^sha512-/);
    expect(registry.integrityOf(scoped, '1.0.0')).toMatch(/^sha512-/);
  });

  it('installs, locks the integrity of the registry, updates within the range, and installs frozen', async () => {
    const app = await client.box.writeProject('app', {
      name: 'app',
      private: true,
      dependencies: { [scoped]: '^1.0.0' },
    });
    mustSucceed(await client.install(app));
    mustSucceed(await client.add(app, `${name}@^1.0.0`));
    expect(mustSucceed(await client.evaluate(app, `console.log(require('${name}'))`)).stdout).toContain(
      `${name}@1.0.0`,
    );
    const locked = await client.lockFileIntegrities(app);
    expect([...locked.keys()].sort()).toEqual([`${scoped}@1.0.0`, `${name}@1.0.0`].sort());
    const pinned = capabilities.lockFileHasIntegrity ? registry.integrityOf(name, '1.0.0') : undefined;
    expect(locked.get(`${name}@1.0.0`)).toBe(pinned);

    mustSucceed(await client.publish(join(client.box.work, 'lib-1.1.0')));
    mustSucceed(await client.update(app, name));
    expect((await client.lockFileIntegrities(app)).has(`${name}@1.1.0`)).toBe(true);
    await client.box.clearCaches();
    mustSucceed(await client.installFrozen(app));
    expect(mustSucceed(await client.evaluate(app, `console.log(require('${name}'))`)).stdout).toContain(
      `${name}@1.1.0`,
    );
    await expect(access(join(app, capabilities.lockFile))).resolves.toBeUndefined();
  });

  it('refuses a frozen install when the lock file does not fit', async () => {
    const app = await client.box.writeProject('drifted', { name: 'drifted', dependencies: { [name]: '1.0.0' } });
    mustSucceed(await client.install(app));
    await client.box.writeProject('drifted', { name: 'drifted', dependencies: { [name]: '1.1.0' } });
    expect((await client.installFrozen(app)).exitCode).not.toBe(0);
  });

  it('views and packs', async () => {
    expect(mustSucceed(await client.view(name)).stdout).toContain('1.0.0');
    mustSucceed(await client.pack(join(client.box.work, 'lib-1.0.0')));
  });

  it.runIf(capabilities.distTags)('adds, lists and removes dist-tags', async () => {
    mustSucceed(await client.distTagAdd({ name, version: '1.0.0', tag: 'beta' }));
    expect(registry.distTagsOf(name)['beta']).toBe('1.0.0');
    expect(mustSucceed(await client.distTagList(name)).stdout).toMatch(/beta/);
    mustSucceed(await client.distTagRemove(name, 'beta'));
    expect(registry.distTagsOf(name)).not.toHaveProperty('beta');
  });

  it('publishes under a tag of its own', async () => {
    const next = await makePackage(join(client.box.work, 'next'), { name, version: '2.0.0' });
    mustSucceed(await client.publish(next, { tag: 'next' }));
    expect(registry.distTagsOf(name)).toMatchObject({ next: '2.0.0' });
    expect(registry.distTagsOf(name)['latest']).not.toBe('2.0.0');
  });

  it('shows the user why a publish is refused', async () => {
    const held = await makePackage(join(client.box.work, 'held'), { name: `held-${tool.id}`, version: '1.0.0' });
    registry.refuse = (method) =>
      method === 'PUT' ? { status: 403, body: { error: 'held: see /held/17' } } : undefined;
    const refused = await client.publish(held);
    registry.refuse = () => undefined;
    expect(refused.exitCode).not.toBe(0);
    expect(outputOf(refused)).toContain('held: see /held/17');
  });

  it.runIf(capabilities.tolerateExisting)('publishes the same version again when told to tolerate it', async () => {
    mustSucceed(await client.publish(join(client.box.work, 'lib-1.0.0'), { tolerateExisting: true }));
  });

  it.runIf(capabilities.whoami)('says who the token belongs to', async () => {
    expect(mustSucceed(await client.whoami()).stdout).toContain('alice');
  });

  it.runIf(capabilities.loginLegacy !== false)(
    'logs in with user name and password, and publishes with that',
    async () => {
      await client.configure({ registryUrl: registry.url });
      const anonymous = await makePackage(join(client.box.work, 'after-login'), {
        name: `after-${tool.id}`,
        version: '1.0.0',
      });
      mustSucceed(await client.loginLegacy(credentials));
      mustSucceed(await client.publish(anonymous));
      expect(registry.integrityOf(`after-${tool.id}`, '1.0.0')).toBeDefined();
    },
  );

  it.runIf(capabilities.loginLegacy === 'token')('is the one who logged in', async () => {
    await client.configure({ registryUrl: registry.url });
    expect((await client.whoami()).exitCode).not.toBe(0);
    mustSucceed(await client.loginLegacy(credentials));
    expect(mustSucceed(await client.whoami()).stdout).toContain('alice');
  });

  it.runIf(capabilities.loginLegacy === 'token')('fails to log in with a wrong password', async () => {
    await client.configure({ registryUrl: registry.url });
    const result = await client.loginLegacy({ ...credentials, password: 'wrong' });
    expect(result.exitCode).not.toBe(0);
    expect(result.timedOut).toBe(false);
  });

  it('asks only the registry it was given for a scope, with the token', async () => {
    await client.configure({ registryUrl: registry.url, token: 'static-token', scope: '@acme' });
    await client.box.clearCaches();
    registry.seen.length = 0;
    mustSucceed(await client.view(scoped));
    expect(registry.seen.find((seen) => seen.path === `/${scoped}`)?.token).toBe('static-token');
  });

  it('sends the token unasked as its capabilities say, and always when configured so', async () => {
    for (const alwaysAuth of [false, true]) {
      await client.configure({ registryUrl: registry.url, token: 'static-token', alwaysAuth });
      await client.box.clearCaches();
      const app = await client.box.writeProject(`auth-${alwaysAuth}`, {
        name: 'auth',
        dependencies: { [name]: '1.0.0' },
      });
      registry.seen.length = 0;
      mustSucceed(await client.install(app));
      const reads = registry.seen.filter((seen) => seen.path.startsWith(`/${name}`));
      const expected = alwaysAuth || capabilities.sendsTokenUnasked ? 'static-token' : undefined;
      expect(new Set(reads.map((seen) => seen.token))).toEqual(new Set([expected]));
    }
  });
});
