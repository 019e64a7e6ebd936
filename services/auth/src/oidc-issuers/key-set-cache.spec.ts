import { DomainError } from '@waybill/domain';
import { generateKeyPair, exportJWK } from 'jose';
import { beforeEach, describe, expect, it } from 'vitest';
import { FetchSlots } from './fetch-slots.js';
import type { KeySource } from './key-set-cache.js';
import { KeySetCache } from './key-set-cache.js';
import type { SigningKey } from './key-set.rules.js';

const { publicKey } = await generateKeyPair('RS256', { extractable: true });
const jwk = { ...(await exportJWK(publicKey)), alg: 'RS256' };
const source: KeySource = { url: 'https://ci.example', provider: 'generic', jwksUri: null };
const minute = 60_000;

let clock: number;
let answer: (source: KeySource) => Promise<readonly SigningKey[]>;
let asked: string[];
let cache: KeySetCache;

beforeEach(() => {
  clock = 1_700_000_000_000;
  asked = [];
  answers('one');
  cache = new KeySetCache(
    (from) => {
      asked.push(from.url);
      return answer(from);
    },
    new FetchSlots(),
    () => clock,
  );
});

function answers(...kids: string[]): void {
  answer = () => Promise.resolve(kids.map((kid) => ({ ...jwk, kid })));
}

function fails(): void {
  answer = () => Promise.reject(new Error('out'));
}

async function codeOf(kid: string, from = source): Promise<string> {
  return cache.find(from, kid).then(
    () => 'found',
    (error: unknown) => (error instanceof DomainError ? error.code : String(error)),
  );
}

describe('the keys of an issuer', () => {
  it('are fetched once for many who ask at a time, and kept', async () => {
    expect(new Set(await Promise.all(Array.from({ length: 50 }, () => codeOf('one'))))).toEqual(new Set(['found']));
    clock += 4 * minute;
    expect(await codeOf('one')).toBe('found');
    expect(asked).toHaveLength(1);
  });

  it('are asked for again for an unknown kid at most once a minute, however many there are (T7)', async () => {
    expect(await codeOf('one')).toBe('found');
    for (let second = 0; second < 180; second += 1) {
      clock += 1000;
      expect(await codeOf(`unknown-${second}`)).toBe('oidc.signature-wrong');
    }
    expect(asked).toHaveLength(4);
  });

  it('have a new one a minute after the last look at the latest', async () => {
    await codeOf('one');
    answers('one', 'two');
    expect(await codeOf('two')).toBe('oidc.signature-wrong');
    clock += minute;
    expect(await codeOf('two')).toBe('found');
    expect(await codeOf('one')).toBe('found');
  });

  it('are read again in the background after five minutes, without anybody waiting', async () => {
    await codeOf('one');
    clock += 5 * minute;
    answer = () => new Promise(() => undefined);
    expect(await codeOf('one')).toBe('found');
    expect(asked).toHaveLength(2);
  });

  it('that were taken back are refused after ten minutes at the latest (T7)', async () => {
    await codeOf('one');
    answers('two');
    clock += 10 * minute;
    expect(await codeOf('one')).toBe('oidc.signature-wrong');
    expect(await codeOf('two')).toBe('found');
  });

  it('survive an outage of their issuer for a day, and not longer (T7)', async () => {
    await codeOf('one');
    fails();
    clock += 10 * minute;
    expect(await codeOf('one')).toBe('found');
    clock += 23 * 60 * minute;
    expect(await codeOf('one')).toBe('found');
    clock += 60 * minute;
    expect(await codeOf('one')).toBe('oidc.issuer-unavailable');
    answers('one');
    clock += minute;
    expect(await codeOf('one')).toBe('found');
  });

  it('make only the first wait who notices that their issuer hangs', async () => {
    await codeOf('one');
    clock += 10 * minute;
    let giveUp: (error: Error) => void = () => undefined;
    answer = () => new Promise((_resolve, reject) => (giveUp = reject));
    const first = codeOf('one');
    giveUp(new Error('timeout'));
    expect(await first).toBe('found');
    clock += minute;
    expect(await codeOf('one')).toBe('found');
    expect(asked).toHaveLength(3);
  });

  it('are unknown during an outage, not wrong, if they are not in the old set', async () => {
    await codeOf('one');
    fails();
    clock += minute;
    expect(await codeOf('two')).toBe('oidc.issuer-unavailable');
  });

  it('are asked for less and less often where there never were any; who asks is told when to come back', async () => {
    fails();
    const pauses: number[] = [];
    for (let attempt = 1; attempt <= 7; attempt += 1) {
      const error: unknown = await cache.find(source, 'one').catch((reason: unknown) => reason);
      expect(await codeOf('one')).toBe('oidc.issuer-unavailable');
      expect(asked).toHaveLength(attempt);
      const pause = error instanceof DomainError ? (error.retryAfterSeconds ?? 0) : 0;
      pauses.push(pause);
      clock += pause * 1000;
    }
    expect(pauses).toEqual([5, 10, 20, 40, 60, 60, 60]);
  });
});

describe('an issuer that hangs', () => {
  it('delays nobody else, unless there are as many as there are places; then all others are told to come back', async () => {
    answer = ({ url }) =>
      url.includes('hangs') ? new Promise(() => undefined) : Promise.resolve([{ ...jwk, kid: 'one' }]);
    const hang = (index: number) => codeOf('one', { ...source, url: `https://hangs-${index}.example` });
    for (let index = 0; index < 63; index += 1) void hang(index);
    expect(await codeOf('one')).toBe('found');
    void hang(63);
    expect(asked).toHaveLength(65);
    await expect(cache.find({ ...source, url: 'https://late.example' }, 'one')).rejects.toMatchObject({
      code: 'oidc.issuer-unavailable',
      retryAfterSeconds: 1,
    });
    expect(await codeOf('one')).toBe('found');
  });

  it('is another one than that of the same URL with other keys', async () => {
    answer = ({ jwksUri }) => Promise.resolve([{ ...jwk, kid: jwksUri === null ? 'one' : 'pinned' }]);
    expect(await codeOf('one')).toBe('found');
    expect(await codeOf('one', { ...source, jwksUri: 'https://keys.example' })).toBe('oidc.signature-wrong');
    expect(await codeOf('pinned', { ...source, jwksUri: 'https://keys.example' })).toBe('found');
  });
});
