import { describe, expect, it } from 'vitest';
import { deliveryPauses, pauseAfter, retryAfterMilliseconds } from './retry.rules.js';

describe('the pause before another attempt', () => {
  it('doubles up to its bound, with up to half of it at random', () => {
    for (let failures = 1; failures <= 30; failures += 1) {
      const whole = Math.min(60_000 * 2 ** (failures - 1), deliveryPauses.maxDelay);
      for (let time = 0; time < 20; time += 1) {
        const pause = pauseAfter(failures, deliveryPauses);
        expect(pause).toBeGreaterThanOrEqual(Math.floor(whole / 2));
        expect(pause).toBeLessThanOrEqual(whole);
      }
    }
  });

  it('of thirteen attempts together is about a day', () => {
    const longest = Array.from({ length: 12 }, (_, index) => Math.min(60_000 * 2 ** index, deliveryPauses.maxDelay));
    const hours = longest.reduce((sum, pause) => sum + pause, 0) / 3_600_000;
    expect(hours * 0.75).toBeGreaterThan(16);
    expect(hours).toBeLessThan(30);
  });
});

describe('Retry-After', () => {
  const now = new Date('2026-01-01T00:00:00Z');

  it.each([
    ['120', 120_000],
    ['Thu, 01 Jan 2026 00:01:00 GMT', 60_000],
    ['Wed, 31 Dec 2025 00:00:00 GMT', 0],
    ['999999999', deliveryPauses.maxDelay],
    ['soon', 0],
    ['-5', 0],
    [undefined, 0],
    [['1', '2'], 0],
  ])('%s is %s ms', (header, milliseconds) => {
    expect(retryAfterMilliseconds(header, now)).toBe(milliseconds);
  });
});
