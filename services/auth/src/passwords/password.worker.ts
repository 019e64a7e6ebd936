import { constants, setPriority } from 'node:os';
import bcrypt from 'bcrypt';
import type { PasswordTask } from './password-task.js';

yieldToEverythingElse();

/**
 * Runs in a worker thread, and there synchronously: what is asynchronous in bcrypt runs in the thread pool of libuv, which
 * the whole process shares, at the priority of everything else. A string for `hash`, a boolean for `compare`.
 */
export default function work(task: PasswordTask): string | boolean {
  return task.kind === 'hash' ? bcrypt.hashSync(task.input, task.cost) : bcrypt.compareSync(task.input, task.hash);
}

/**
 * A tenth of a core's time against what is busy (nice 10): reads come first, and signing in goes on. Linux has a niceness per thread, which 0 names as the calling one (setpriority(2)); elsewhere it is of the process, and
 * is left alone. To raise it needs no privilege; where a sandbox forbids it nevertheless, passwords are checked all the
 * same.
 */
function yieldToEverythingElse(): void {
  if (process.platform !== 'linux') return;
  try {
    setPriority(0, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // At the priority of the others, then.
  }
}
