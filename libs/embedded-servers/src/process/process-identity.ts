import { execFile } from 'node:child_process';
import { readFile, readlink } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const pollMs = 20;

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/**
 * When a process began, in a form that is only good for comparison: a process id alone may belong to another program by
 * now, or to another boot. Undefined when there is no such process.
 */
export async function startOf(pid: number): Promise<string | undefined> {
  if (process.platform !== 'linux') return await column(pid, 'lstart');
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (stat === undefined) return undefined;
  // proc_pid_stat(5): the name, in parentheses, may hold anything; field 3 follows it, field 22 is the start in ticks.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z') return undefined;
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
  return `${boot.trim()}:${fields[19] ?? ''}`;
}

/** The arguments of a process in one line, or undefined. */
export async function commandOf(pid: number): Promise<string | undefined> {
  if (process.platform !== 'linux') return await column(pid, 'command');
  const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return text === '' ? undefined : text.replaceAll('\0', ' ').trim();
}

/** The working directory of a process; undefined where the system does not tell. */
export async function workingDirectoryOf(pid: number): Promise<string | undefined> {
  return await readlink(`/proc/${pid}/cwd`).catch(() => undefined);
}

/** Sends the signals one after the other, each with its time, until the process is gone. Answers whether it is. */
export async function endProcess(
  pid: number,
  steps: readonly { signal: NodeJS.Signals; waitMs: number }[],
): Promise<boolean> {
  for (const { signal, waitMs } of steps) {
    if (!(await exists(pid))) return true;
    try {
      process.kill(pid, signal);
    } catch {
      return !(await exists(pid));
    }
    const deadline = Date.now() + waitMs;
    while (Date.now() < deadline) {
      if (!(await exists(pid))) return true;
      await delay(pollMs);
    }
  }
  return !(await exists(pid));
}

/** Whether it still runs; a process that ended and was not waited for by its parent does not. */
async function exists(pid: number): Promise<boolean> {
  return isAlive(pid) && (process.platform !== 'linux' || (await startOf(pid)) !== undefined);
}

async function column(pid: number, name: string): Promise<string | undefined> {
  const shown = await run('ps', ['-p', String(pid), '-o', `${name}=`]).catch(() => undefined);
  const text = shown?.stdout.trim();
  return text === undefined || text === '' ? undefined : text;
}
