import { readFile, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { DomainError } from '@waybill/domain';

import type { ServerLog } from '../process/child-server.js';
import { commandOf, endProcess, isAlive, workingDirectoryOf } from '../process/process-identity.js';

/** Fast shutdown, immediate shutdown, force. */
const endings = [
  { signal: 'SIGINT', waitMs: 8_000 },
  { signal: 'SIGQUIT', waitMs: 5_000 },
  { signal: 'SIGKILL', waitMs: 5_000 },
] as const;

/**
 * A killed parent may leave its PostgreSQL running, or only the pid file of one that is gone. The caller holds the lock
 * of the data directory, so whatever still serves this cluster serves nobody.
 */
export async function endOrphanedPostgres(directory: string, log: ServerLog): Promise<void> {
  const pidFile = join(directory, 'postmaster.pid');
  const text = await readFile(pidFile, 'utf8').catch(() => undefined);
  if (text === undefined) return;
  const pid = Number(text.split('\n')[0]);
  if (!Number.isSafeInteger(pid) || pid <= 1 || !isAlive(pid)) return;
  if (!(await serves(pid, directory))) {
    // Another program has that number by now; PostgreSQL itself would believe it and refuse to start.
    await rm(pidFile, { force: true });
    return;
  }
  log(`PostgreSQL (process ${pid}) of an earlier start still runs and is ended.`);
  if (!(await endProcess(pid, endings))) {
    throw new DomainError(
      'unavailable',
      'postgres.orphan',
      `PostgreSQL (process ${pid}) cannot be ended; end it first.`,
    );
  }
}

async function serves(pid: number, directory: string): Promise<boolean> {
  const command = await commandOf(pid);
  if (command === undefined || !command.includes('postgres')) return false;
  const workingDirectory = await workingDirectoryOf(pid);
  return workingDirectory === undefined
    ? command.includes(directory)
    : workingDirectory === (await realpath(directory));
}
