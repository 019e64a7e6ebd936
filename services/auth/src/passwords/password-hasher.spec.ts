import bcrypt from 'bcrypt';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { AuthConfig } from '../config.js';
import { PasswordHasher } from './password-hasher.js';

function hasherWith(changes: Partial<AuthConfig> = {}): PasswordHasher {
  const config = { WAYBILL_PASSWORD_COST: 4, WAYBILL_PASSWORD_WORKERS: 1, WAYBILL_PASSWORD_QUEUE: 2, ...changes };
  return new PasswordHasher(config as AuthConfig);
}

afterEach(() => {
  vi.restoreAllMocks();
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
    await hasher.matches('warm up', undefined);
    const compare = vi.spyOn(bcrypt, 'compare');
    expect(await hasher.matches('wrong horse battery', hash)).toBe(false);
    expect(compare).toHaveBeenCalledTimes(1);
    expect(await hasher.matches('wrong horse battery', undefined)).toBe(false);
    expect(compare).toHaveBeenCalledTimes(2);
    const costs = compare.mock.calls.map(([, against]) => bcrypt.getRounds(against));
    expect(costs).toEqual([4, 4]);
  });

  it('turns callers away when its queue is full, with a time to come back', async () => {
    const hasher = hasherWith();
    await hasher.onModuleInit();
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
