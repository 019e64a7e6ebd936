import { describe, expect, it } from 'vitest';
import { addressKey, networkKey } from '../throttles/address-key.rules.js';
import { MemoryLoginThrottle } from './memory-login-throttle.js';

function throttleAt(clock: { ms: number }) {
  const limits = { windowSeconds: 60, failuresPerAddress: 5, failuresPerUsername: 3 };
  return new MemoryLoginThrottle(limits, () => clock.ms);
}

async function fail(throttle: MemoryLoginThrottle, times: number, username: string, clientAddress: string) {
  for (let count = 0; count < times; count += 1) await throttle.begin({ username, clientAddress });
}

describe('the throttle of logins', () => {
  it('stops guesses at one username from one address, and says when to come back', async () => {
    const clock = { ms: 1_000_000 };
    const throttle = throttleAt(clock);
    await fail(throttle, 3, 'ada', '10.0.0.1');
    clock.ms += 20_000;
    await expect(throttle.begin({ username: 'ada', clientAddress: '10.0.0.1' })).rejects.toMatchObject({
      status: 429,
      retryAfterSeconds: 40,
    });
    clock.ms += 40_001;
    await throttle.begin({ username: 'ada', clientAddress: '10.0.0.1' });
  });

  it('lets nobody lock out somebody else: the owner signs in from another address (W4, A11)', async () => {
    const throttle = throttleAt({ ms: 0 });
    await fail(throttle, 3, 'ada', '10.0.0.1');
    await expect(throttle.begin({ username: 'ada', clientAddress: '10.0.0.1' })).rejects.toThrow();
    await throttle.begin({ username: 'ada', clientAddress: '10.0.0.2' });
    await throttle.begin({ username: 'ben', clientAddress: '10.0.0.1' });
  });

  it('stops one address that tries many usernames', async () => {
    const throttle = throttleAt({ ms: 0 });
    for (const username of ['a', 'b', 'c', 'd', 'e']) await fail(throttle, 1, username, '10.0.0.1');
    await expect(throttle.begin({ username: 'f', clientAddress: '10.0.0.1' })).rejects.toThrow();
  });

  it('counts spellings of a username, and addresses of one IPv6 customer, as one', async () => {
    const throttle = throttleAt({ ms: 0 });
    await fail(throttle, 2, 'Ada', '2001:db8::1');
    await fail(throttle, 1, 'ADA', '2001:0DB8:0:0:ffff::2');
    await expect(throttle.begin({ username: 'ada', clientAddress: '2001:db8::3' })).rejects.toThrow();
  });

  it('counts attempts that are still being checked, and forgets those that succeed', async () => {
    const throttle = throttleAt({ ms: 0 });
    await fail(throttle, 3, 'ada', '10.0.0.1');
    await throttle.succeeded({ username: 'ada', clientAddress: '10.0.0.1' });
    await fail(throttle, 3, 'ada', '10.0.0.1');
    await expect(throttle.begin({ username: 'ada', clientAddress: '10.0.0.1' })).rejects.toThrow();
  });
});

describe('the key of an address', () => {
  it.each([
    ['10.1.2.3', '10.1.2.3'],
    ['::ffff:10.1.2.3', '10.1.2.3'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['unknown', 'unknown'],
  ])('%s counts as %s', (address, key) => {
    expect(addressKey(address)).toBe(key);
  });

  it.each([
    ['10.1.2.3', '10.1.2.0/24'],
    ['::ffff:10.1.2.3', '10.1.2.0/24'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1::/48'],
    ['::1', '0:0:0::/48'],
    ['unknown', 'unknown'],
  ])('%s is in the network %s', (address, network) => {
    expect(networkKey(address)).toBe(network);
  });
});
