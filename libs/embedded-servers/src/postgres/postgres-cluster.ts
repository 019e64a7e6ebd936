import { execFile } from 'node:child_process';
import { chmod, chown, lchown, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { DomainError } from '@waybill/domain';

import type { PostgresOwner } from './postgres-owner.js';
import type { PostgresPrograms } from './postgres-programs.js';

const run = promisify(execFile);
const majorVersion = '18';
export const adminUser = 'waybill';

export interface PostgresCluster {
  readonly directory: string;
  readonly programs: PostgresPrograms;
  readonly owner: PostgresOwner | undefined;
}

/**
 * How the programs are told their directory. The system user may not walk through the folders above it (`/root` is closed
 * to everybody else), but it may work in the directory that root started it in, and that directory has this name too.
 */
export function pathForPrograms(cluster: PostgresCluster): string {
  return cluster.owner === undefined ? cluster.directory : '/proc/self/cwd';
}

/** Makes the cluster when there is none: scram-sha-256 for everybody, never trust; sorted the same on every system. */
export async function ensureCluster(cluster: PostgresCluster, adminPassword: string): Promise<void> {
  const version = await readFile(join(cluster.directory, 'PG_VERSION'), 'utf8').catch(() => undefined);
  if (version === undefined) {
    await initialise(cluster, adminPassword);
  } else if (version.trim() !== majorVersion) {
    throw new DomainError(
      'conflict',
      'postgres.version',
      `The data directory holds a PostgreSQL ${version.trim()} cluster, and this Waybill brings PostgreSQL ${majorVersion}; dump and restore it.`,
    );
  } else {
    await checkOwner(cluster);
  }
}

async function initialise(cluster: PostgresCluster, adminPassword: string): Promise<void> {
  const { owner, programs, directory } = cluster;
  // A first start that was killed leaves a draft, never half a cluster.
  const draft = `${directory}.new`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { mode: 0o700 });
  const outside = await mkdtemp(join(tmpdir(), 'waybill-postgres-'));
  const passwordFile = join(outside, 'password');
  try {
    await writeFile(passwordFile, `${adminPassword}\n`, { mode: 0o600, flag: 'wx' });
    if (owner !== undefined) {
      for (const path of [passwordFile, outside, draft]) await chown(path, owner.uid, owner.gid);
    }
    await run(
      programs.initdb,
      [
        `--pgdata=${pathForPrograms({ ...cluster, directory: draft })}`,
        '--auth=scram-sha-256',
        `--username=${adminUser}`,
        `--pwfile=${passwordFile}`,
        '--encoding=UTF8',
        '--locale=C',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
      ],
      { cwd: draft, env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' }, timeout: 120_000, ...(owner ?? {}) },
    );
    await rename(draft, directory);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    const reason = error instanceof Error && 'stderr' in error ? String(error.stderr).trim().split('\n').at(-1) : '';
    throw new DomainError('unavailable', 'postgres.initdb', `PostgreSQL could not make its cluster: ${reason ?? ''}`, {
      cause: error,
    });
  } finally {
    await rm(outside, { recursive: true, force: true });
  }
}

/** A directory that was copied or restored may belong to somebody else by now. */
async function checkOwner({ directory, owner }: PostgresCluster): Promise<void> {
  const { uid } = await stat(directory);
  if (owner === undefined) {
    if (uid === process.getuid?.()) return;
    throw new DomainError(
      'forbidden',
      'postgres.foreign-owner',
      `${directory} belongs to another user (${uid}); start Waybill as the user that made it.`,
    );
  }
  if (uid !== owner.uid) await giveTo(directory, owner);
  await chmod(directory, 0o700);
}

async function giveTo(path: string, owner: PostgresOwner): Promise<void> {
  await lchown(path, owner.uid, owner.gid);
  for (const entry of await readdir(path, { withFileTypes: true })) {
    const child = join(path, entry.name);
    if (entry.isDirectory()) await giveTo(child, owner);
    else await lchown(child, owner.uid, owner.gid);
  }
}
