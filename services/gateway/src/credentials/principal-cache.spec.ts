import type { Principal, TokenHash, TokenId, UserId } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import { describe, expect, it } from 'vitest';
import { PrincipalCache, type Introspection } from './principal-cache.js';

const userId = '0192f0c1-2222-7000-8000-000000000004' as UserId;
const alice: Principal = {
  kind: 'token',
  tokenId: '0192f0c1-2222-7000-8000-000000000003' as TokenId,
  scopes: [],
  userId,
  username: 'alice',
  installationAdmin: false,
  grants: [],
};
const credential = { kind: 'token', hash: 'a'.repeat(64) as TokenHash } as const;
const read = { mayBeStale: true };
const write = { mayBeStale: false };

class Auth {
  now = 1_000_000;
  asked = 0;
  answer: () => Promise<Introspection> = () => Promise.resolve({ principal: alice, expiresAt: null });
  readonly cache = new PrincipalCache({
    introspect: () => {
      this.asked += 1;
      return this.answer();
    },
    now: () => this.now,
  });

  goAway(): void {
    this.answer = () => Promise.reject(new DomainError('unavailable', 'service.unavailable', 'away'));
  }
}

describe('the cache of principals', () => {
  it('asks once for many at a time, and again when the answer has aged', async () => {
    const auth = new Auth();
    await Promise.all(Array.from({ length: 20 }, () => auth.cache.resolve(credential, read)));
    expect(auth.asked).toBe(1);
    auth.now += 9_999;
    await auth.cache.resolve(credential, write);
    expect(auth.asked).toBe(1);
    auth.now += 1;
    await auth.cache.resolve(credential, read);
    expect(auth.asked).toBe(2);
  });

  it('says where a credential was met only when it asks: who is known costs nothing more', async () => {
    let looked = 0;
    const met: unknown[] = [];
    const cache = new PrincipalCache({
      introspect: (_credential, from) => {
        met.push(from);
        return Promise.resolve({ principal: alice, expiresAt: null });
      },
    });
    const from = { clientAddress: '10.0.0.1', userAgent: 'toy-client/10.8.2' };
    const seenFrom = () => {
      looked += 1;
      return from;
    };
    for (let count = 0; count < 5; count += 1) await cache.resolve(credential, { ...read, seenFrom });
    expect([looked, met]).toEqual([1, [from]]);
  });

  it('remembers nobody beyond the end of the credential', async () => {
    const auth = new Auth();
    auth.answer = () => Promise.resolve({ principal: alice, expiresAt: new Date(auth.now + 1000).toISOString() });
    expect(await auth.cache.resolve(credential, read)).toBe(alice);
    auth.goAway();
    auth.now += 1000;
    expect(await auth.cache.resolve(credential, read)).toBeNull();
  });

  it('lets reads go on within the grace while nobody answers, and no write', async () => {
    const auth = new Auth();
    await auth.cache.resolve(credential, read);
    auth.goAway();
    auth.now += 299_000;
    expect(await auth.cache.resolve(credential, read)).toBe(alice);
    await expect(auth.cache.resolve(credential, write)).rejects.toMatchObject({ kind: 'unavailable' });
    auth.now += 1_000;
    await expect(auth.cache.resolve(credential, read)).rejects.toMatchObject({ kind: 'unavailable' });
  });

  it('refuses a revoked token from then on, also when the answer was on its way', async () => {
    const auth = new Auth();
    const answer = Promise.withResolvers<Introspection>();
    auth.answer = () => answer.promise;
    const asked = auth.cache.resolve(credential, read);
    auth.cache.revokeCredential(credential.hash);
    answer.resolve({ principal: alice, expiresAt: null });
    expect(await asked).toBeNull();
    auth.goAway();
    auth.now += 1_000_000;
    expect(await auth.cache.resolve(credential, read)).toBeNull();
  });

  it('forgets what a user was allowed, also when the answer was on its way', async () => {
    const auth = new Auth();
    await auth.cache.resolve(credential, read);
    auth.cache.forgetUser(userId);
    const answer = Promise.withResolvers<Introspection>();
    auth.answer = () => answer.promise;
    const asked = auth.cache.resolve(credential, read);
    auth.cache.forgetUser(userId);
    answer.resolve({ principal: alice, expiresAt: null });
    await asked;
    await auth.cache.resolve(credential, read);
    expect(auth.asked).toBe(3);
  });

  it('forgets everybody when more changed than can be named, and keeps what is revoked so (A11)', async () => {
    const auth = new Auth();
    const other = { kind: 'token', hash: 'b'.repeat(64) as TokenHash } as const;
    await auth.cache.resolve(credential, read);
    auth.cache.revokeCredential(other.hash);
    auth.cache.forgetAll();
    auth.goAway();
    await expect(auth.cache.resolve(credential, read)).rejects.toMatchObject({ kind: 'unavailable' });
    expect(await auth.cache.resolve(other, read)).toBeNull();
  });
});
