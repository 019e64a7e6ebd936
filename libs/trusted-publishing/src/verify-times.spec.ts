import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { providers } from './providers/providers.js';
import { leewaySeconds, longestMaximumAgeSeconds, replayRetentionSeconds, verifyTimes } from './verify-times.js';

const profile = { maximumAgeSeconds: 900 };
const iat = 1_795_000_000;
const exp = iat + 300;

function at(seconds: number): Date {
  return new Date(seconds * 1000);
}

function codeOf(times: Record<string, unknown>, now = iat + 10): unknown {
  try {
    verifyTimes(times, at(now), profile);
    return 'valid';
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
}

describe('the times of a token', () => {
  it.each([
    [{ exp, iat }, iat, 'valid'],
    [{ exp, iat, nbf: iat - 600 }, iat, 'valid'],
    [{ exp, iat }, exp + leewaySeconds - 1, 'valid'],
    [{ exp, iat }, exp + leewaySeconds, 'oidc.token-expired'],
    [{ exp, iat }, iat - leewaySeconds, 'valid'],
    [{ exp, iat }, iat - leewaySeconds - 1, 'oidc.token-not-yet-valid'],
    [{ exp, iat, nbf: iat + 100 }, iat + 60, 'oidc.token-not-yet-valid'],
    [{ exp: iat + 36_000, iat }, iat + 929, 'valid'],
    [{ exp: iat + 36_000, iat }, iat + 930, 'oidc.token-too-old'],
  ])('%j at %s: %s (pitfall 17)', (times, now, code) => {
    expect(codeOf(times, now)).toBe(code);
  });

  it.each([
    { exp },
    { iat },
    { exp: String(exp), iat },
    { exp, iat: null },
    { exp, iat, nbf: 'now' },
    { exp: [exp], iat },
    { exp: Number.NaN, iat },
    { exp: Number.POSITIVE_INFINITY, iat },
    { exp, iat: -1 },
    { exp: 1e300, iat },
    { exp: iat, iat },
  ])('%j is malformed (T4)', (times) => {
    expect(codeOf(times)).toBe('oidc.claim-malformed');
  });

  it('is remembered longer than it is taken, whatever the token says (T1)', () => {
    const times = fc.record({
      exp: fc.integer({ min: iat - 100, max: iat + 1_000_000 }),
      iat: fc.integer({ min: iat - 10_000, max: iat + 100 }),
      nbf: fc.option(fc.integer({ min: iat - 10_000, max: iat + 100 }), { nil: undefined }),
    });
    const age = fc.integer({ min: 0, max: longestMaximumAgeSeconds });
    fc.assert(
      fc.property(times, age, fc.integer({ min: -5000, max: 10_000 }), (claims, maximumAgeSeconds, offset) => {
        const now = at(iat + offset);
        let replayUntil: Date;
        try {
          replayUntil = verifyTimes(claims, now, { maximumAgeSeconds }).replayUntil;
        } catch {
          return;
        }
        expect(replayUntil.getTime() - now.getTime()).toBeGreaterThanOrEqual(2 * leewaySeconds * 1000);
      }),
    );
  });

  it('has a retention that is derived from the leeway (T1)', () => {
    expect(replayRetentionSeconds).toBeGreaterThan(leewaySeconds);
    expect(Object.values(providers).every((one) => one.maximumAgeSeconds <= longestMaximumAgeSeconds)).toBe(true);
  });
});
