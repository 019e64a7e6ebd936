import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { mustSucceed, npmClientTools, openNpmClient, outputOf } from '@waybill/client-drivers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Registry } from '../registry.js';

const run = promisify(execFile);
const registry = new Registry();
const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'waybill-tools', 'real-packages');

/** What makes each of them worth a test stands behind it. */
const packages = [
  'left-pad@1.3.0', // small and old
  'lodash@4.17.21', // a thousand files
  'react@18.3.1', // CommonJS with many entry points
  'typescript@5.9.3', // large files, bins
  '@babel/core@7.28.0', // scoped, many dependencies
  '@types/node@22.15.0', // types only, hundreds of files
  'express@4.21.2', // many dependencies
  'chalk@5.4.1', // ES modules only
  'semver@7.7.2', // a bin
  'yargs@17.7.2', // exports map, locales
  'core-js@3.42.0', // thousands of files, postinstall script
  'esbuild@0.25.4', // postinstall script, platform packages
  '@esbuild/linux-x64@0.25.4', // a binary, os and cpu
  'fsevents@2.3.3', // native, os
  'bcrypt@6.0.0', // native, prebuilt binaries
  'sharp@0.34.2', // native with install script
  'node-gyp@11.2.0', // carries another project's tree
  'npm@10.9.2', // bundled dependencies, man pages
  'async@0.1.22', // from 2012
  'underscore@1.3.3', // from 2012
  'request@2.88.2', // deprecated
  'coffee-script@1.12.7', // old bins
  'uglify-js@2.4.24', // old format
  'jade@0.20.3', // from 2012
  'mkdirp@0.3.5', // old
  'commander@2.20.3',
  'debug@4.4.1',
  'rxjs@7.8.2', // several builds
  'moment@2.30.1', // locales
  'date-fns@4.1.0', // thousands of files
  'webpack@5.99.9', // peerDependenciesMeta
  'eslint@9.27.0', // bins, many dependencies
  'vue@3.5.16', // many builds
  'zod@3.25.28', // several formats
  'tslib@2.8.1', // no dependencies
  'graceful-fs@4.2.11',
  'is-number@7.0.0', // one function
  'source-map@0.7.4', // wasm
  'string_decoder@1.3.0', // name of a core module
  'punycode@2.3.1', // name of a core module
  '@angular/core@19.2.14', // scoped, schematics
  'handlebars@4.7.8', // optional dependencies
] as const;

function tarballPath(spec: string): string {
  const at = spec.lastIndexOf('@');
  return join(cache, `${spec.slice(0, at).replace('@', '').replace('/', '-')}-${spec.slice(at + 1)}.tgz`);
}

/** From the machine's ordinary registry, once. */
async function fetchOriginals(): Promise<void> {
  await mkdir(cache, { recursive: true });
  const missing: string[] = [];
  for (const spec of packages)
    if ((await stat(tarballPath(spec)).catch(() => undefined)) === undefined) missing.push(spec);
  for (let index = 0; index < missing.length; index += 8) {
    const args = ['pack', '--silent', '--pack-destination', cache, ...missing.slice(index, index + 8)];
    await run('npm', args, { timeout: 180_000, maxBuffer: 64 * 1024 * 1024 });
  }
}

interface Held {
  readonly releaseId: string;
  readonly purl: string;
}

async function approveHeld(name: string): Promise<void> {
  const { items } = await registry.apiJson<{ items: Held[] }>('GET', '/held-releases?limit=100');
  const purl = `pkg:npm/${name.replace('@', '%40')}@`;
  const held = items.find((item) => item.purl.startsWith(purl));
  if (held === undefined) throw new Error(`${name} is not held.`);
  await registry.apiJson('POST', `/held-releases/${held.releaseId}/approve`, { reason: 'A well-known package.' });
}

describe('packages of all shapes from the npm registry', () => {
  const client = openNpmClient('npm-11', { registry: { registryUrl: registry.registryUrl(), token: registry.token } });

  beforeAll(fetchOriginals);

  afterAll(async () => {
    await (await client).dispose();
  });

  it.each(packages)('%s is published and comes back byte for byte', async (spec) => {
    const npm = await client;
    const name = spec.slice(0, spec.lastIndexOf('@'));
    const version = spec.slice(spec.lastIndexOf('@') + 1);
    const path = tarballPath(spec);
    const published = await npm.run(['publish', path, '--tag', 'latest', '--ignore-scripts']);
    if (published.exitCode !== 0 && outputOf(published).includes('held')) await approveHeld(name);
    else mustSucceed(published);
    const original = await readFile(path);
    const integrity = `sha512-${createHash('sha512').update(original).digest('base64')}`;
    await expect.poll(async () => (await registry.get(`/npm/main/${name}/${version}`)).status).toBe(200);
    const manifest = (await (await registry.get(`/npm/main/${name}/${version}`)).json()) as {
      dist: { integrity: string; tarball: string };
    };
    expect(manifest.dist.integrity).toBe(integrity);
    const served = Buffer.from(await (await fetch(manifest.dist.tarball)).arrayBuffer());
    expect(served.equals(original)).toBe(true);
  });
});

describe.each(npmClientTools)('$id', ({ id, capabilities }) => {
  const independent = ['left-pad@1.3.0', 'tslib@2.8.1', 'punycode@2.3.1', 'is-number@7.0.0', 'moment@2.30.1'];

  it('installs some that need nothing else, with the integrity of the originals', async () => {
    await using stack = new AsyncDisposableStack();
    const client = await openNpmClient(id, { registry: { registryUrl: registry.registryUrl() } });
    stack.defer(() => client.dispose());
    const wanted = independent;
    const dependencies = Object.fromEntries(wanted.map((spec) => spec.split('@') as [string, string]));
    const app = await client.box.writeProject('app', { name: 'app', version: '1.0.0', dependencies });
    mustSucceed(await client.install(app));
    const integrities = await client.lockFileIntegrities(app);
    for (const spec of wanted) {
      const original = createHash('sha512')
        .update(await readFile(tarballPath(spec)))
        .digest('base64');
      expect(integrities.has(spec)).toBe(true);
      // eslint-disable-next-line vitest/no-conditional-expect -- berry keeps a digest of its own
      if (capabilities.lockFileHasIntegrity) expect(integrities.get(spec)).toBe(`sha512-${original}`);
    }
  });
});
