import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mustSucceed, openNpmClient, outputOf } from '@waybill/client-drivers';
import pLimit from 'p-limit';
import { compare } from 'semver';
import { beforeAll, describe, expect, it } from 'vitest';
import { approveHeld, findHeld } from '../held-releases.js';
import { Registry } from '../registry.js';
import { applicationDirectory, applicationPackages, fetchTarballs, packageJsonIn } from './application-packages.js';
import { rawPublish } from './raw-publish.js';
import { fileOf, nameOf, versionOf } from './real-packages.js';

const registry = new Registry();
const publishers = 8;
let slug: string;
let originals: Map<string, string>;

beforeAll(async () => {
  originals = await applicationPackages();
  const [repository, directory] = await Promise.all([
    registry.createRepository('public'),
    fetchTarballs([...originals.keys()]),
  ]);
  slug = repository;
  const atOnce = pLimit(publishers);
  const byName = Map.groupBy(originals.keys(), nameOf);
  await Promise.all([...byName.values()].map((specs) => atOnce(() => publishInOrder(specs, directory))));
}, 900_000);

/** One version after the other, so that the highest is tagged latest. */
async function publishInOrder(specs: readonly string[], directory: string): Promise<void> {
  for (const spec of specs.toSorted((one, other) => compare(versionOf(one), versionOf(other)))) {
    await publishOriginal(spec, await readFile(join(directory, fileOf(spec))));
  }
}

async function publishOriginal(spec: string, tarball: Buffer): Promise<void> {
  const [name, version] = [nameOf(spec), versionOf(spec)];
  const manifest = await packageJsonIn(tarball);
  const response = await rawPublish(registry, { repository: slug, name, version, tarball, manifest });
  const answer = await response.text();
  if (response.status === 201) return;
  if (!answer.includes('held for review')) throw new Error(`${spec}: ${response.status} ${answer}`);
  await approveHeld(registry, await findHeld(registry, name));
  await expect.poll(async () => (await registry.get(`/npm/${slug}/${name}/${version}`)).status).toBe(200);
}

describe('the whole dependency tree of an application', () => {
  it('is several hundred packages', () => {
    expect(originals.size).toBeGreaterThan(500);
  });

  it.each(['npm-11', 'npm-12', 'pnpm-10', 'pnpm-12', 'yarn-classic', 'yarn-berry', 'bun-1'] as const)(
    'installs from Waybill alone with %s, and locks the digests of the originals',
    async (id) => {
      await using stack = new AsyncDisposableStack();
      const client = await openNpmClient(id, { registry: { registryUrl: registry.registryUrl(slug) } });
      stack.defer(() => client.dispose());
      const packageJson = JSON.parse(await readFile(join(applicationDirectory, 'package.json'), 'utf8')) as object;
      const app = await client.box.writeProject('application', packageJson);
      mustSucceed(await client.install(app));
      const loaded = await client.evaluate(app, `require('express')(); console.log(require('react').version)`);
      expect(outputOf(mustSucceed(loaded))).toContain('18.3.1');
      const locked = await client.lockFileIntegrities(app);
      expect(locked.size).toBeGreaterThan(500);
      const known = client.tool.capabilities.lockFileHasIntegrity ? originals : undefined;
      const others = [...locked].filter(([spec, integrity]) => integrity !== known?.get(spec));
      expect(others).toEqual([]);
    },
    300_000,
  );

  it('installs by the lock file that was made with the npm registry', async () => {
    await using stack = new AsyncDisposableStack();
    const client = await openNpmClient('npm-12', { registry: { registryUrl: registry.registryUrl(slug) } });
    stack.defer(() => client.dispose());
    const packageJson = JSON.parse(await readFile(join(applicationDirectory, 'package.json'), 'utf8')) as object;
    const app = await client.box.writeProject('application', packageJson);
    await copyFile(join(applicationDirectory, 'package-lock.json'), join(app, 'package-lock.json'));
    mustSucceed(await client.installFrozen(app));
  }, 300_000);
});
