import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { NpmClient, NpmClientFamily, NpmToolId } from '@waybill/client-drivers';
import { mustSucceed, npmClientTools, openNpmClient, outputOf } from '@waybill/client-drivers';
import { beforeAll, describe, expect, it } from 'vitest';
import { Registry, unique } from '../registry.js';
import { mustPublish } from './raw-publish.js';
import { tarballWith } from './tar.js';

const registry = new Registry();
const top = unique('top');
const middle = unique('@acme/middle');
const bottom = unique('bottom');

/** How each client runs a program of a dependency; npm 6 knows only scripts. */
const runProgram: Record<NpmClientFamily | 'npm-6', readonly string[]> = {
  'npm-6': ['run'],
  npm: ['exec', '--'],
  pnpm: ['exec'],
  'yarn-classic': ['run'],
  'yarn-berry': ['run'],
  bun: ['run'],
};

async function publish(name: string, version: string, manifest: object, files: Record<string, string>): Promise<void> {
  const packageJson = { name, version, ...manifest };
  const tarball = tarballWith([
    { name: 'package/package.json', text: JSON.stringify(packageJson) },
    ...Object.entries(files).map(([path, text]) => ({ name: `package/${path}`, text })),
  ]);
  await mustPublish(registry, { name, version, tarball, manifest: packageJson });
}

beforeAll(async () => {
  await publish(bottom, '1.0.0', {}, { 'index.js': 'module.exports = 1;' });
  await publish(bottom, '1.1.0', {}, { 'index.js': 'module.exports = 11;' });
  await publish(bottom, '2.0.0', {}, { 'index.js': 'module.exports = 2;' });
  const middleFiles = { 'index.js': `module.exports = require(${JSON.stringify(bottom)}) * 10;` };
  await publish(middle, '1.0.0', { dependencies: { [bottom]: '~1.1.0' } }, middleFiles);
  await publish(
    top,
    '1.0.0',
    {
      dependencies: { [middle]: '^1.0.0', [bottom]: '>=2' },
      bin: { 'say-sum': 'cli.js' },
    },
    {
      'index.js': `module.exports = require(${JSON.stringify(middle)}) + require(${JSON.stringify(bottom)});`,
      'cli.js': '#!/usr/bin/env node\nconsole.log(`sum ${require("./index.js")}`);\n',
    },
  );
});

async function open(id: NpmToolId, stack: AsyncDisposableStack): Promise<NpmClient> {
  const client = await openNpmClient(id, { registry: { registryUrl: registry.registryUrl() } });
  stack.defer(() => client.dispose());
  return client;
}

function project(client: NpmClient): Promise<string> {
  return client.box.writeProject('app', {
    name: 'app',
    version: '1.0.0',
    scripts: { 'say-sum': 'say-sum' },
    dependencies: { [top]: '^1.0.0' },
  });
}

function loadTop(client: NpmClient, app: string): Promise<string> {
  return client.evaluate(app, `console.log(require(${JSON.stringify(top)}))`).then((result) => {
    return outputOf(mustSucceed(result));
  });
}

describe.each(npmClientTools)('$id', ({ id, family, capabilities }) => {
  it('installs a tree from an empty home without any credential, and again from its lock file in another', async () => {
    await using stack = new AsyncDisposableStack();
    const first = await open(id, stack);
    const app = await project(first);
    mustSucceed(await first.install(app));
    expect(await loadTop(first, app)).toContain('112');
    const ran = mustSucceed(await first.run([...runProgram[id === 'npm-6' ? id : family], 'say-sum'], app));
    expect(outputOf(ran)).toContain('sum 112');
    const pinned = [...(await first.lockFileIntegrities(app)).keys()].sort();
    expect(pinned).toEqual([`${bottom}@1.1.0`, `${bottom}@2.0.0`, `${middle}@1.0.0`, `${top}@1.0.0`].sort());

    const second = await open(id, stack);
    const copy = await project(second);
    await copyFile(join(app, capabilities.lockFile), join(copy, capabilities.lockFile));
    mustSucceed(await second.installFrozen(copy));
    expect(await loadTop(second, copy)).toContain('112');
  });

  it('says that a package is not there, and which', async () => {
    await using stack = new AsyncDisposableStack();
    const client = await open(id, stack);
    const missing = unique('missing');
    const app = await client.box.writeProject('app', {
      name: 'app',
      version: '1.0.0',
      dependencies: { [missing]: '1.0.0' },
    });
    const result = await client.install(app);
    expect(result.exitCode).not.toBe(0);
    expect(outputOf(result)).toContain(missing);
  });
});
