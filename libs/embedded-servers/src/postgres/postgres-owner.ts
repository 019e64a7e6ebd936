import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { DomainError } from '@waybill/domain';

const run = promisify(execFile);
const userName = 'waybill-postgres';

/** The OS user that PostgreSQL runs as. */
export interface PostgresOwner {
  readonly uid: number;
  readonly gid: number;
}

/**
 * PostgreSQL refuses to run as root: then it runs as a system user of its own, which is made when there is none.
 * Undefined for an ordinary user, who runs it as himself.
 */
export async function postgresOwner(): Promise<PostgresOwner | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  if (process.platform !== 'linux') {
    throw new DomainError('unavailable', 'postgres.root', 'Start Waybill as an ordinary user: as root it needs Linux.');
  }
  const existing = await ownerNamed(userName);
  if (existing !== undefined) return existing;
  const made = await run('useradd', [
    '--system',
    '--user-group',
    '--no-create-home',
    '--home-dir',
    '/nonexistent',
    '--shell',
    '/usr/sbin/nologin',
    userName,
  ]).catch((error: unknown) => error);
  const owner = await ownerNamed(userName);
  if (owner === undefined) {
    throw new DomainError(
      'unavailable',
      'postgres.no-user',
      `PostgreSQL does not run as root, and the system user "${userName}" could not be made; start Waybill as an ordinary user.`,
      { cause: made },
    );
  }
  return owner;
}

async function ownerNamed(name: string): Promise<PostgresOwner | undefined> {
  const ids = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]).catch(() => undefined);
  return ids === undefined ? undefined : { uid: Number(ids[0].stdout), gid: Number(ids[1].stdout) };
}
