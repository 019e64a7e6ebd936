import { access, mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DomainError } from '@waybill/domain';
import { execa } from 'execa';
import { machineEnvironment, toolCacheDirectory } from '../config.js';
import { runtimeDirectory } from '../sandbox/node-runtime.js';
import type { ClientTool, InstalledProgram, InstalledTool } from './client-tool.js';

const installTimeoutMs = 300_000;
const abandonedAfterMs = 3_600_000;
const running = new Map<string, Promise<InstalledTool>>();

/**
 * Puts a tool into the cache once and answers where it is. Callers in one process share the work; processes that race
 * each install into a folder of their own and the first rename wins, so what is visible is always complete.
 * @throws DomainError `unavailable` (`client.install-failed`) with the end of what the installer said
 */
export function installTool(tool: ClientTool, cacheDirectory = toolCacheDirectory()): Promise<InstalledTool> {
  const directory = join(cacheDirectory, `${tool.id}-${tool.source.version}`);
  const current = running.get(directory);
  if (current !== undefined) return current;
  const work = installOnce(tool, cacheDirectory, directory).finally(() => running.delete(directory));
  running.set(directory, work);
  return work;
}

async function installOnce(tool: ClientTool, cacheDirectory: string, directory: string): Promise<InstalledTool> {
  if (await exists(directory)) return locate(tool, directory);
  await mkdir(cacheDirectory, { recursive: true });
  await removeAbandoned(cacheDirectory);
  const unfinished = await mkdtemp(join(cacheDirectory, `.unfinished-${tool.id}-`));
  try {
    await installPackage(tool, unfinished);
    await verifyVersion(await locate(tool, unfinished));
    await rename(unfinished, directory).catch((error: unknown) => {
      if (!isLostRace(error)) throw error;
    });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return locate(tool, directory);
}

/**
 * Through a package.json rather than an argument: npm takes `bun` for the folder of that name when there is one, and
 * npm 12 runs the install scripts of a project only for packages listed in `allowScripts`.
 */
async function installPackage(tool: ClientTool, directory: string): Promise<void> {
  const { package: name, version } = tool.source;
  const manifest = { private: true, dependencies: { [name]: version }, allowScripts: { [name]: true } };
  await writeFile(join(directory, 'package.json'), JSON.stringify(manifest));
  const result = await execa('npm', ['install', '--prefix', directory, '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: directory,
    env: machineEnvironment(),
    extendEnv: false,
    reject: false,
    all: true,
    stdin: 'ignore',
    timeout: installTimeoutMs,
  });
  if (result.failed) throw installFailed(tool, `${result.shortMessage ?? ''} ${result.all}`, result.cause);
}

/** Proves that the client starts and is the pinned one: a blocked install script would show here, not in a test. */
async function verifyVersion(installed: InstalledTool): Promise<void> {
  const { tool } = installed;
  const program = installed.programs[tool.command];
  if (program === undefined) throw installFailed(tool, `it has no program called ${tool.command}`);
  const [file, ...first] = program.runtime === 'node' ? [process.execPath, program.file] : [program.file];
  const result = await execa(file, [...first, '--version'], {
    cwd: installed.directory,
    env: { HOME: installed.directory, PATH: `${runtimeDirectory()}:/usr/bin:/bin`, LANG: 'C.UTF-8' },
    extendEnv: false,
    reject: false,
    timeout: 30_000,
  });
  if (result.stdout.trim() !== tool.source.version) {
    throw installFailed(tool, `--version says "${result.stdout.trim()}" ${result.stderr.slice(-500)}`);
  }
}

async function locate(tool: ClientTool, directory: string): Promise<InstalledTool> {
  const packagesDirectory = join(directory, 'node_modules');
  const programs: Record<string, InstalledProgram> = {};
  for (const [name, program] of Object.entries(tool.programs)) {
    const file = await firstExisting(program.paths.map((path) => join(packagesDirectory, path)));
    if (file === undefined) throw installFailed(tool, `none of ${program.paths.join(', ')} is there`);
    programs[name] = { runtime: program.runtime, file };
  }
  return { tool, directory, packagesDirectory, programs };
}

async function firstExisting(files: readonly string[]): Promise<string | undefined> {
  for (const file of files) if (await exists(file)) return file;
  return undefined;
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

async function removeAbandoned(cacheDirectory: string): Promise<void> {
  for (const name of await readdir(cacheDirectory)) {
    if (!name.startsWith('.unfinished-')) continue;
    const folder = join(cacheDirectory, name);
    const facts = await stat(folder).catch(() => undefined);
    if (facts !== undefined && Date.now() - facts.mtimeMs > abandonedAfterMs) {
      await rm(folder, { recursive: true, force: true });
    }
  }
}

function isLostRace(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOTEMPTY' || error.code === 'EEXIST');
}

function installFailed(tool: ClientTool, said: string, cause?: unknown): DomainError {
  const { package: name, version } = tool.source;
  return new DomainError(
    'unavailable',
    'client.install-failed',
    `Could not install ${name}@${version} from the npm registry: ${said.slice(-1000)}`,
    { cause },
  );
}
