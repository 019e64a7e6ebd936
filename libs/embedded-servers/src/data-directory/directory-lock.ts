import { randomBytes } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { isAlive, startOf } from '../process/process-identity.js';

export const lockName = 'waybill.lock';
const maxAttempts = 20;

/** Who holds a directory: the process id, and when that process began. */
interface LockHolder {
  readonly pid: number;
  readonly start: string;
}

export type LockResult = { readonly held: true; release(): Promise<void> } | { readonly held: false; pid: number };

/** Takes the directory for this process. The lock of a process that is gone is taken over. */
export async function lockDirectory(directory: string): Promise<LockResult> {
  const path = join(directory, lockName);
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  const own = JSON.stringify({ pid: process.pid, start: (await startOf(process.pid)) ?? '' });
  await writeFile(draft, own, { mode: 0o600, flag: 'wx' });
  try {
    for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
      if (await linked(draft, path)) return { held: true, release: () => release(path, own) };
      const text = await readFile(path, 'utf8').catch(() => undefined);
      if (text === undefined) continue;
      const holder = parseHolder(text);
      if (holder !== undefined && (await isHeldBy(holder))) return { held: false, pid: holder.pid };
      await removeStale(path, text);
    }
    return { held: false, pid: 0 };
  } finally {
    await rm(draft, { force: true });
  }
}

async function release(path: string, own: string): Promise<void> {
  if ((await readFile(path, 'utf8').catch(() => undefined)) === own) await rm(path, { force: true });
}

/** Renaming picks one winner; who finds a living lock in its hands, taken a moment ago by another, puts it back. */
async function removeStale(path: string, expected: string): Promise<void> {
  const aside = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  if ((await readFile(aside, 'utf8')) !== expected) await linked(aside, path);
  await rm(aside, { force: true });
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

async function isHeldBy(holder: LockHolder): Promise<boolean> {
  return isAlive(holder.pid) && (await startOf(holder.pid)) === holder.start;
}

function parseHolder(text: string): LockHolder | undefined {
  try {
    const { pid, start } = JSON.parse(text) as Partial<Record<keyof LockHolder, unknown>>;
    return typeof pid === 'number' && Number.isSafeInteger(pid) && pid > 0 && typeof start === 'string'
      ? { pid, start }
      : undefined;
  } catch {
    return undefined;
  }
}
