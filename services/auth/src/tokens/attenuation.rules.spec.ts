import { describe, expect, it } from 'vitest';
import { attenuatedExpiry } from './attenuation.rules.js';

const now = new Date('2026-01-01T00:00:00Z');
const at = (text: string) => new Date(`2026-01-01T${text}Z`);
const expiry = (wish: { expiresAt?: Date; ttlSeconds?: number }, ceiling = at('12:00:00')) =>
  attenuatedExpiry({ now, ceiling, expiresAt: wish.expiresAt, ttlSeconds: wish.ttlSeconds });

describe('the end of a token made from a token', () => {
  it('is an hour away, or that of the one before it', () => {
    expect(expiry({})).toEqual(at('01:00:00'));
    expect(expiry({}, at('00:10:00'))).toEqual(at('00:10:00'));
    expect(expiry({ ttlSeconds: 90 })).toEqual(at('00:01:30'));
    expect(expiry({ expiresAt: at('12:00:00') })).toEqual(at('12:00:00'));
  });

  it('is never after the end of the one before it (A4), past, or said twice', () => {
    expect(() => expiry({ ttlSeconds: 12 * 3600 + 1 })).toThrow(
      expect.objectContaining({ code: 'token.beyond-ceiling' }),
    );
    expect(() => expiry({ expiresAt: now })).toThrow(expect.objectContaining({ code: 'token.expiry' }));
    expect(() => expiry({ expiresAt: at('01:00:00'), ttlSeconds: 5 })).toThrow(
      expect.objectContaining({ code: 'token.expiry' }),
    );
  });
});
