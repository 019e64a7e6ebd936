import { accessSync, constants, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { everythingIsBuilt, hashOf, hashOfSources } from './build-state.mjs';
import { giveUp, say } from './console.mjs';
import { registrySettings } from './own-registry.mjs';
import { run } from './run.mjs';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const pnpmVersion = '12.21.0';
const neededNodeMajor = 24;
const installedStamp = join(root, 'node_modules', '.waybill-installed');
const builtStamp = join(root, 'node_modules', '.waybill-built');

/** What every program of ours is run with: no telemetry, and the same answers whether a person or CI asks. */
export const environment = { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1', npm_config_yes: 'true' };

export function pnpm(args, options = {}) {
  registry ??= registrySettings(root, process.env);
  const env = { ...environment, ...registry };
  return run('npx', ['--yes', `pnpm@${pnpmVersion}`, ...args], { cwd: root, env, ...options });
}

// Asked for once, and only where something is installed or built.
let registry;

/** Installs what the lock file names, unless just that is installed already. */
export async function ensureInstalled() {
  const wanted = hashOf([join(root, 'pnpm-lock.yaml'), join(root, 'pnpm-workspace.yaml'), join(root, 'package.json')]);
  if (readStamp(installedStamp) === wanted) return;
  assertWritable();
  say('Installing packages (first start, or they have changed) …');
  const { ok, tail } = await pnpm(['install', '--frozen-lockfile'], { quiet: 'installing packages' });
  if (!ok) giveUp(`${tail}\nThe packages could not be installed; the lines above say why.`);
  writeFileSync(installedStamp, wanted);
}

/** Builds every package, unless no source has changed since the last build. */
export async function ensureBuilt() {
  // Of before the build: what changes while it runs is built the next time.
  const wanted = hashOfSources(root);
  if (everythingIsBuilt(root) && readStamp(builtStamp) === wanted) return;
  say('Building …');
  const { ok, tail } = await pnpm(['exec', 'turbo', 'run', 'build', '--output-logs=errors-only'], {
    quiet: 'building',
  });
  if (!ok) giveUp(`${tail}\nThe build failed; the lines above say why.`);
  writeFileSync(builtStamp, wanted);
}

/** Node 24 from the installed packages, or the running one when it is new enough. */
export function nodeProgram() {
  const bundled = join(root, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node');
  if (existsSync(bundled)) return bundled;
  const major = Number(process.versions.node.split('.')[0]);
  if (major >= neededNodeMajor) return process.execPath;
  return giveUp(
    `Waybill needs Node ${neededNodeMajor} or newer on ${process.platform}-${process.arch}; this is ${process.version}.`,
  );
}

function assertWritable() {
  try {
    mkdirSync(join(root, 'node_modules'), { recursive: true });
    accessSync(join(root, 'node_modules'), constants.W_OK);
  } catch {
    giveUp(`${join(root, 'node_modules')} cannot be written; run this as the owner of the folder.`);
  }
}

function readStamp(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
