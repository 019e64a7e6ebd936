import { describe, expect, it } from 'vitest';
import { ceilingOfAsking, shorteningOf } from './outliving.rules.js';

const now = new Date('2026-01-01T12:00:00Z');
const minutes = (count: number) => new Date(now.getTime() + count * 60_000);
const expiresAt = minutes(7 * 1440);
const login = { kind: 'personal' as const, parentId: null, isLogin: true, createdAt: minutes(-5), expiresAt };
const made = { ...login, isLogin: false };

describe('what outlives the token that creates it', () => {
  it('is what a person makes for a machine with a login of the command line, as long as that works', () => {
    expect(ceilingOfAsking(login, 'another', now)).toBeUndefined();
    expect(ceilingOfAsking({ ...login, createdAt: minutes(-1440) }, 'another', now)).toBeUndefined();
  });

  it('is what a person makes right after signing in, and not later (W7)', () => {
    expect(ceilingOfAsking(login, 'oneself', now)).toBeUndefined();
    expect(ceilingOfAsking({ ...login, createdAt: minutes(-15) }, 'oneself', now)).toEqual(expiresAt);
  });

  it('is nothing that any other token makes: a person’s, a machine’s, one made from a token (A4, W7)', () => {
    for (const madeFor of ['oneself', 'another'] as const) {
      expect(ceilingOfAsking(made, madeFor, now)).toEqual(expiresAt);
      expect(ceilingOfAsking({ ...login, kind: 'service' }, madeFor, now)).toEqual(expiresAt);
      expect(ceilingOfAsking({ ...login, kind: 'deploy' }, madeFor, now)).toEqual(expiresAt);
      expect(ceilingOfAsking({ ...login, parentId: '1' as never }, madeFor, now)).toEqual(expiresAt);
    }
  });
});

describe('a token that ends sooner than by default', () => {
  const lifetime = { now, wanted: undefined, defaultDays: 90, ceiling: undefined };

  it('says whether it is for the token that asked, or a policy', () => {
    expect(shorteningOf(expiresAt, { ...lifetime, ceiling: expiresAt })).toBe('token');
    expect(shorteningOf(expiresAt, lifetime)).toBe('policy');
  });

  it('says nothing where it was asked to, or lives as long as others', () => {
    expect(shorteningOf(expiresAt, { ...lifetime, wanted: expiresAt })).toBeUndefined();
    expect(shorteningOf(minutes(90 * 1440), { ...lifetime, ceiling: minutes(100 * 1440) })).toBeUndefined();
  });
});
