import type { Principal, PublisherId, SessionId, TokenId, UserId } from '@waybill/domain';
import { anonymous, DomainError } from '@waybill/domain';
import { beforeEach, describe, expect, it } from 'vitest';
import { addressKey } from './address-key.js';
import { RateBuckets } from './rate-buckets.js';
import { defaultRateLimits, RateLimits } from './rate-limits.js';

const person = { userId: 'alice' as UserId, username: 'alice', installationAdmin: false, grants: [] };
const token: Principal = { kind: 'token', tokenId: 'one' as TokenId, scopes: [], ...person };
const otherToken: Principal = { ...token, tokenId: 'two' as TokenId };
const session: Principal = { kind: 'user', sessionId: 'three' as SessionId, ...person };
const off = {
  anonymousReads: 0,
  anonymousWrites: 0,
  reads: 0,
  writes: 0,
  signIns: 0,
  signInsPerAccount: 0,
  badCredentials: 0,
};

let now = 0;
const clock = { now: () => now };

beforeEach(() => {
  now = 1000;
});

function times(count: number, work: () => void): void {
  for (let index = 0; index < count; index += 1) work();
}

describe('a budget', () => {
  it('gives a minute’s worth at once, then at its steady rate', () => {
    const budget = new RateBuckets({ name: 'x', perMinute: 60, ...clock });
    expect(Array.from({ length: 62 }, () => budget.take('a'))).toEqual([...Array<number>(60).fill(0), 1000, 1000]);
    expect(budget.take('b')).toBe(0);
    now += 990;
    expect(budget.take('a')).toBeCloseTo(10);
    now += 10;
    expect([budget.take('a'), budget.take('a')]).toEqual([0, 1000]);
    now += 60_000;
    expect(Array.from({ length: 61 }, () => budget.take('a')).filter((wait) => wait > 0)).toEqual([1000]);
  });

  it.each([1, 7, 600, 30_000, 60_000])('of %i a minute gives just as many', (perMinute) => {
    const budget = new RateBuckets({ name: 'x', perMinute, ...clock });
    times(perMinute, () => {
      expect(budget.take('a')).toBe(0);
    });
    expect(budget.take('a')).toBeGreaterThan(0);
  });

  it('is off at zero', () => {
    const budget = new RateBuckets({ name: 'x', perMinute: 0, ...clock });
    times(1000, () => {
      expect(budget.take('a')).toBe(0);
    });
    expect(budget.look('a')).toBe(0);
  });

  it('remembers no more senders than it may, the busy ones longest', () => {
    const budget = new RateBuckets({ name: 'x', perMinute: 1, maxKeys: 10, ...clock });
    budget.take('busy');
    times(100, () => {
      budget.take(`guest ${String((now += 1))}`);
      expect(budget.take('busy')).toBeGreaterThan(0);
    });
    expect(budget.take('guest 1001')).toBe(0);
  });
});

describe('one client address (W4)', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::ffff:cb00:7107', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::9', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['1:2:3:4:5:6:1.2.3.4', '1:2:3:4::/64'],
    ['unknown', 'unknown'],
  ])('of %s is %s', (address, key) => {
    expect(addressKey(address)).toBe(key);
  });
});

describe('rate limits', () => {
  it('count the jobs of a CI per project: the account that their tokens stand for is everybody’s', () => {
    const limits = new RateLimits({ ...off, writes: 1 }, clock);
    const path = { provider: 'github-actions', issuer: 'https://ci.example' };
    const jobOf = (repository: string): Principal => ({
      ...token,
      publisher: { publisherId: 'any' as PublisherId, path: { ...path, repository } },
    });
    limits.takeWrite(jobOf('acme/left-pad'), '192.0.2.1');
    limits.takeWrite(jobOf('acme/right-pad'), '192.0.2.1');
    expect(() => limits.takeWrite(jobOf('acme/left-pad'), '192.0.2.1')).toThrow(DomainError);
  });

  it('count the jobs of a CI per project though an organization reads its tokens so that they name none', () => {
    const limits = new RateLimits({ ...off, writes: 1 }, clock);
    const issuer = 'https://ci.example';
    const jobOf = (stranger: string, repository: string): Principal => ({
      ...token,
      publisher: {
        publisherId: stranger as PublisherId,
        path: { provider: 'generic', issuer },
        otherPaths: { own: { provider: 'github-actions', issuer, repository } },
      },
    });
    limits.takeWrite(jobOf('stranger', 'acme/left-pad'), '192.0.2.1');
    limits.takeWrite(jobOf('stranger', 'acme/right-pad'), '192.0.2.1');
    expect(() => limits.takeWrite(jobOf('another', 'acme/left-pad'), '192.0.2.1')).toThrow(DomainError);
  });

  it('count a person once, whatever credential is used, and wherever from (A11)', () => {
    const limits = new RateLimits({ ...off, reads: 3, writes: 1 }, clock);
    limits.takeRead(token, '192.0.2.1');
    limits.takeRead(otherToken, '192.0.2.2');
    limits.takeRead(session, '192.0.2.3');
    expect(() => limits.takeRead(token, '192.0.2.4')).toThrow(
      expect.objectContaining({ code: 'rate.limited', status: 429, retryAfterSeconds: 20 }),
    );
    limits.takeWrite(token, '192.0.2.1');
    expect(() => limits.takeWrite(session, '192.0.2.1')).toThrow(DomainError);
    limits.takeRead(anonymous, '192.0.2.1');
  });

  it('count anonymous callers by address, and no signed-in neighbour with them', () => {
    const limits = new RateLimits({ ...off, anonymousReads: 2 }, clock);
    limits.takeRead(anonymous, '2001:db8::1');
    limits.takeRead(anonymous, '2001:db8::2');
    expect(() => limits.takeRead(anonymous, '2001:db8::3')).toThrow(DomainError);
    limits.takeRead(anonymous, '2001:db8:0:1::1');
    limits.takeRead(token, '2001:db8::1');
  });

  it('stop guesses at one account, and lock nobody else out of it (W4)', () => {
    const limits = new RateLimits({ ...off, signIns: 50, signInsPerAccount: 5 }, clock);
    times(5, () => {
      limits.takeSignIn('198.51.100.1', 'alice');
    });
    expect(() => {
      limits.takeSignIn('198.51.100.1', 'alice');
    }).toThrow(DomainError);
    limits.takeSignIn('198.51.100.1', 'bob');
    limits.takeSignIn('198.51.100.2', 'alice');
  });

  it('stop one guess at each of many accounts', () => {
    const limits = new RateLimits({ ...off, signIns: 10, signInsPerAccount: 5 }, clock);
    times(10, () => {
      limits.takeSignIn('198.51.100.1', `user ${String((now += 1))}`);
    });
    expect(() => {
      limits.takeSignIn('198.51.100.1', 'one more');
    }).toThrow(DomainError);
  });

  it('stop guesses at tokens before anybody is asked about them', () => {
    const limits = new RateLimits({ ...off, badCredentials: 2 }, clock);
    const invalid = new DomainError('unauthenticated', 'auth.invalid-credential', 'no');
    limits.noteRefusal('198.51.100.1', new DomainError('unavailable', 'service.unavailable', 'away'));
    limits.noteRefusal('198.51.100.1', invalid);
    limits.requireFewBadCredentials('198.51.100.1');
    limits.noteRefusal('198.51.100.1', invalid);
    limits.requireFewBadCredentials('198.51.100.2');
    expect(() => {
      limits.requireFewBadCredentials('198.51.100.1');
    }).toThrow(DomainError);
  });

  it('are met by no install of several hundred packages on ten machines behind one address', () => {
    const limits = new RateLimits(defaultRateLimits, clock);
    const installs = (): void => {
      times(10 * 2 * 1200, () => {
        limits.takeRead(anonymous, '192.0.2.1');
        limits.takeRead(token, '192.0.2.1');
      });
    };
    expect(installs).not.toThrow();
  });
});
