import { randomBytes, randomInt } from 'node:crypto';
import { link, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { isAlive, startOf } from '../process/process-identity.js';

/** Locks are called `waybill.lock.<number>`. */
export const lockPrefix = 'waybill.lock.';
const lockName = /^waybill\.lock\.(\d{1,9})$/;
const maxAttempts = 50;

export type LockResult = { readonly held: true; release(): Promise<void> } | { readonly held: false; pid: number };

interface Lock {
  readonly number: number;
  readonly path: string;
  /** Of the process that holds it, when that lives. */
  readonly livingPid: number | undefined;
}

/**
 * Takes the directory for this process. A lock names the process and when that began, so that the lock of a process that
 * is gone counts for nothing. It is taken over by linking the next number, which succeeds for one; that one looks once
 * more for another living holder, since reading a directory is no atomic step, and steps back when there is one.
 */
export async function lockDirectory(directory: string): Promise<LockResult> {
  const draft = join(directory, `${lockPrefix}draft-${randomBytes(6).toString('hex')}`);
  const holder = { pid: process.pid, start: (await startOf(process.pid)) ?? '' };
  await writeFile(draft, JSON.stringify(holder), { mode: 0o600, flag: 'wx' });
  try {
    for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
      const locks = await locksIn(directory);
      const living = locks.find((lock) => lock.livingPid !== undefined);
      if (living?.livingPid !== undefined) return { held: false, pid: living.livingPid };
      const own = join(directory, `${lockPrefix}${Math.max(0, ...locks.map((lock) => lock.number)) + 1}`);
      if (!(await linked(draft, own))) continue;
      const others = (await locksIn(directory)).filter((lock) => lock.path !== own);
      if (others.every((lock) => lock.livingPid === undefined)) {
        await Promise.all(others.map((lock) => rm(lock.path, { force: true })));
        return { held: true, release: () => rm(own, { force: true }) };
      }
      await rm(own, { force: true });
      await delay(randomInt(5, 50));
    }
    return { held: false, pid: 0 };
  } finally {
    await rm(draft, { force: true });
  }
}

async function locksIn(directory: string): Promise<Lock[]> {
  const numbers = (await readdir(directory)).map((name) => Number(lockName.exec(name)?.[1]));
  return await Promise.all(
    numbers
      .filter((number) => !Number.isNaN(number))
      .map(async (number) => {
        const path = join(directory, `${lockPrefix}${number}`);
        return { number, path, livingPid: await livingHolder(path) };
      }),
  );
}

async function livingHolder(path: string): Promise<number | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '');
  try {
    const { pid, start } = JSON.parse(text) as { pid?: unknown; start?: unknown };
    if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid <= 0) return undefined;
    return isAlive(pid) && (await startOf(pid)) === start ? pid : undefined;
  } catch {
    return undefined;
  }
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}
