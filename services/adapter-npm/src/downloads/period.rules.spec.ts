import { describe, expect, it } from 'vitest';
import { daysIn, parsePeriod } from './period.rules.js';

const now = new Date('2026-03-01T12:00:00Z');

describe('a period of downloads', () => {
  it.each([
    ['last-day', '2026-03-01', '2026-03-01', 1],
    ['last-week', '2026-02-23', '2026-03-01', 7],
    ['last-month', '2026-01-31', '2026-03-01', 30],
    ['last-year', '2025-03-02', '2026-03-01', 365],
    ['2024-02-29', '2024-02-29', '2024-02-29', 1],
    ['2026-01-30:2026-02-02', '2026-01-30', '2026-02-02', 4],
  ])('%s is from %s to %s', (text, start, end, days) => {
    const period = parsePeriod(text, now);
    expect(period).toEqual({ start, end });
    expect(daysIn(period)).toHaveLength(days);
    expect([daysIn(period)[0], daysIn(period).at(-1)]).toEqual([start, end]);
  });

  it.each([
    '',
    'last-decade',
    '2026-02-30',
    '2026-2-1',
    '2026-02-02:2026-02-01',
    '2020-01-01:2026-01-01',
    '2026-01-01:2026-01-02:2026-01-03',
    "2026-01-01'--",
    '__proto__',
    'constructor',
  ])('is not %j', (text) => {
    expect(() => parsePeriod(text, now)).toThrow(/A period/);
  });
});
