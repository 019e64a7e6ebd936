import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import type { InstalledTool } from '../tools/client-tool.js';
import { npmToolById } from '../tools/npm-tools.js';
import { runtimeDirectory } from './node-runtime.js';
import { Sandbox } from './sandbox.js';

let box: Sandbox | undefined;
afterEach(() => box?.dispose());

const echo: InstalledTool = {
  tool: { ...npmToolById('npm-12'), environment: { OWN_CACHE: '{box}/cache/own' } },
  directory: '/opt/echo',
  packagesDirectory: '/opt/echo/node_modules',
  programs: { npm: { runtime: 'native', file: '/bin/echo' } },
};

it('has an empty home and only its own variables', async () => {
  box = await Sandbox.create({ tools: [echo], environment: { CI: 'true' } });
  expect(await readdir(box.home)).toEqual([]);
  const names = (await box.run('env', [])).stdout
    .trim()
    .split('\n')
    .map((line) => line.split('=')[0]);
  const always = [
    'HOME',
    'LANG',
    'PATH',
    'PWD',
    'TMPDIR',
    'XDG_CACHE_HOME',
    'XDG_CONFIG_HOME',
    'XDG_DATA_HOME',
    'XDG_STATE_HOME',
  ];
  expect(names.filter((name) => name !== 'PWD').sort()).toEqual(
    [...always.filter((name) => name !== 'PWD'), 'CI', 'OWN_CACHE'].sort(),
  );
  expect(box.environment['OWN_CACHE']).toBe(`${box.directory}/cache/own`);
});

it('puts its programs before those of the machine', async () => {
  box = await Sandbox.create({ tools: [echo] });
  expect((await box.run('npm', ['hello', '$HOME "x"'])).stdout).toBe('hello $HOME "x"\n');
  expect((await box.run('node', ['-p', 'process.version'])).stdout.trim()).toBe(process.version);
});

it('writes projects, forgets its caches, and leaves nothing behind', async () => {
  box = await Sandbox.create({ tools: [] });
  const app = await box.writeProject('app', { name: 'app' });
  await access(join(app, 'package.json'));
  await box.writeFile('cache/npm/x', 'cached');
  await box.clearCaches();
  expect(await readdir(join(box.directory, 'cache'))).toEqual([]);
  await box.dispose();
  await expect(access(box.directory)).rejects.toThrow('ENOENT');
});

it('says which Node it needs', () => {
  expect(() => runtimeDirectory('20.20.2', '/usr/bin/node')).toThrow(/run on Node 24 or newer, this is 20.20.2/);
  expect(runtimeDirectory('24.21.0', '/opt/node/bin/node')).toBe('/opt/node/bin');
});
