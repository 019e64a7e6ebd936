import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

export const verdaccioVersion = '6.10.4';
const cache = join(homedir(), '.cache/waybill-tools', `verdaccio-${verdaccioVersion}`);

/** Installs Verdaccio from the npm registry, once for all runs. Returns the program that Node runs. */
export async function installVerdaccio(): Promise<string> {
  const program = join('node_modules/verdaccio/bin/verdaccio');
  if (existsSync(join(cache, program))) return join(cache, program);
  console.log(`Installing Verdaccio ${verdaccioVersion} …`);
  await mkdir(dirname(cache), { recursive: true });
  const directory = await mkdtemp(`${cache}-`);
  // Its own choice of node-fetch names a dist-tag that cannot be installed.
  const manifest = {
    private: true,
    dependencies: { verdaccio: verdaccioVersion },
    overrides: { 'node-fetch': '2.7.0' },
  };
  await writeFile(join(directory, 'package.json'), JSON.stringify(manifest));
  await promisify(execFile)('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: directory });
  await rename(directory, cache);
  return join(cache, program);
}
