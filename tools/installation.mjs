import { createHash } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { giveUp, say } from './console.mjs';
import { run } from './run.mjs';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const pnpmVersion = '12.21.0';
const neededNodeMajor = 24;
const installedStamp = join(root, 'node_modules', '.waybill-installed');
const builtStamp = join(root, 'node_modules', '.waybill-built');

/** What every program of ours is run with: no telemetry, and the same answers whether a person or CI asks. */
export const environment = { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1', npm_config_yes: 'true' };

export function pnpm(args, options = {}) {
  return run('npx', ['--yes', `pnpm@${pnpmVersion}`, ...args], { cwd: root, env: environment, ...options });
}

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
  const wanted = hashOf(sourceFiles(), (path) => {
    const { mtimeMs, size } = statSync(path);
    return `${path}:${mtimeMs}:${size}`;
  });
  if (readStamp(builtStamp) === wanted) return;
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

function sourceFiles() {
  const packages = ['libs', 'services'].flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => join(root, folder, name)),
  );
  return packages.flatMap((folder) => [
    join(folder, 'package.json'),
    ...filesBelow(join(folder, 'src')),
    // A removed build counts as a change.
    ...(existsSync(join(folder, 'dist')) ? [] : [join(folder, 'package.json')]),
  ]);
}

function filesBelow(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

function hashOf(paths, describe = (path) => readFileSync(path)) {
  const hash = createHash('sha256');
  for (const path of paths) hash.update(existsSync(path) ? describe(path) : 'absent').update('\0');
  return hash.digest('hex');
}

function readStamp(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
