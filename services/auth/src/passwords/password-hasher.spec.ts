import { readdir, readFile } from 'node:fs/promises';
import { constants, getPriority } from 'node:os';
import bcrypt from 'bcrypt';
import { Piscina } from 'piscina';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { AuthConfig } from '../config.js';
import { PasswordHasher } from './password-hasher.js';
import type { PasswordTask } from './password-task.js';

const belowNormal = constants.priority.PRIORITY_BELOW_NORMAL;
const hashers: PasswordHasher[] = [];

function hasherWith(changes: Partial<AuthConfig> = {}): PasswordHasher {
  const config = { WAYBILL_PASSWORD_COST: 4, WAYBILL_PASSWORD_WORKERS: 1, WAYBILL_PASSWORD_QUEUE: 2, ...changes };
  const hasher = new PasswordHasher(config as AuthConfig);
  hashers.push(hasher);
  return hasher;
}

afterEach(async () => {
  vi.restoreAllMocks();
  for (const hasher of hashers.splice(0)) await hasher.onApplicationShutdown();
});

describe('hashing passwords', () => {
  it('tells passwords apart that differ only beyond the 72 bytes of bcrypt', async () => {
    const hasher = hasherWith();
    const hash = await hasher.hash(`${'x'.repeat(80)}one`);
    expect(await hasher.matches(`${'x'.repeat(80)}one`, hash)).toBe(true);
    expect(await hasher.matches(`${'x'.repeat(80)}two`, hash)).toBe(false);
  });

  it('does the same work for a user that does not exist as for a wrong password (A6)', async () => {
    const hasher = hasherWith();
    const hash = await hasher.hash('correct horse battery');
    const run = vi.spyOn(Piscina.prototype, 'run');
    expect(await hasher.matches('wrong horse battery', hash)).toBe(false);
    expect(await hasher.matches('wrong horse battery', undefined)).toBe(false);
    const against = run.mock.calls.map(([task]) => comparedWith(task as PasswordTask));
    expect(against.map((each) => bcrypt.getRounds(each))).toEqual([4, 4]);
    // bcrypt answers at once when a hash is not well-formed, and throws when it is to hash with the salt of such a one.
    expect(against.map((each) => bcrypt.hashSync('any', each).length)).toEqual([60, 60]);
    expect(against.map((each) => each.length)).toEqual([60, 60]);
  });

  it('hands no password to its threads, nor to who reads its errors (W6)', async () => {
    const hasher = hasherWith();
    const run = vi.spyOn(Piscina.prototype, 'run').mockRejectedValueOnce(new Error('The thread is gone.'));
    const failure = await hasher.hash('a canary in a coal mine').catch((error: unknown) => error);
    expect(run).toHaveBeenCalledTimes(1);
    expect(JSON.stringify(run.mock.calls)).not.toContain('canary');
    expect(String(failure)).toBe('Error: The thread is gone.');
  });

  it('turns callers away when its queue is full, with a time to come back', async () => {
    const hasher = hasherWith();
    const all = await Promise.allSettled(Array.from({ length: 20 }, () => hasher.matches('some password', undefined)));
    const refused = all.filter((result) => result.status === 'rejected');
    expect(refused.length).toBeGreaterThanOrEqual(17);
    expect(refused[0]?.reason).toMatchObject({ kind: 'unavailable', code: 'login.busy', retryAfterSeconds: 2 });
    expect(await hasher.matches('some password', undefined)).toBe(false);
  });

  it('knows hashes of another cost', async () => {
    const hash = await hasherWith().hash('correct horse battery');
    expect(hasherWith().isOutdated(hash)).toBe(false);
    expect(hasherWith({ WAYBILL_PASSWORD_COST: 5 }).isOutdated(hash)).toBe(true);
  });
});

describe('the threads that hash passwords', () => {
  it.runIf(process.platform === 'linux' && getPriority() < belowNormal)(
    'start with the first password, come after everything else, as no other thread does, and end with the service',
    async () => {
      const hasher = hasherWith({ WAYBILL_PASSWORD_WORKERS: 2, WAYBILL_PASSWORD_QUEUE: 10 });
      expect(await niceThreads()).toBe(0);
      await Promise.all(Array.from({ length: 10 }, () => hasher.hash('correct horse battery')));
      expect(await niceThreads()).toBe(2);
      await hasher.onApplicationShutdown();
      await vi.waitFor(async () => {
        expect(await niceThreads()).toBe(0);
      });
    },
  );

  it('finish what is in work when the service stops, and refuse what waits', async () => {
    const hasher = hasherWith();
    await hasher.hash('correct horse battery');
    const settled = Promise.allSettled([hasher.hash('in work already'), hasher.hash('still waiting')]);
    // p-limit starts what it has room for with the next microtask.
    await Promise.resolve();
    await hasher.onApplicationShutdown();
    const [inWork, waiting] = await settled;
    expect(inWork.status).toBe('fulfilled');
    expect(waiting).toMatchObject({ status: 'rejected', reason: { kind: 'unavailable', code: 'login.stopped' } });
  });
});

function comparedWith(task: PasswordTask): string {
  return task.kind === 'compare' ? task.hash : '';
}

/** Threads of this process that yield to others: the 19th field of their stat (proc_pid_stat(5)). */
async function niceThreads(): Promise<number> {
  const threads = await readdir('/proc/self/task');
  const stats = await Promise.all(threads.map((id) => readFile(`/proc/self/task/${id}/stat`, 'utf8').catch(() => '')));
  // The second field is a name in parentheses, which may contain blanks.
  const niceness = stats.map((stat) => Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]));
  return niceness.filter((nice) => nice === belowNormal).length;
}
