import { describe, expect, it } from 'vitest';
import { sentTime, storedTime } from './stored-time.js';

describe('a moment in a cursor', () => {
  it.each(['2026-11-21 19:10:19.123456+00', '2024-02-29 00:00:00-03:30', '10000-01-01 23:59:59+14'])(
    'is one that the database wrote: %s',
    (text) => {
      expect(storedTime.parse(text)).toBe(text);
    },
  );

  it.each([
    '2026-99-01 00:00:00+00',
    '2026-02-29 00:00:00+00',
    '2026-04-31 00:00:00+00',
    '2026-00-10 00:00:00+00',
    '0000-01-01 00:00:00+00',
    '999999-01-01 00:00:00+00',
    '2026-01-01 24:00:00+00',
    '2026-01-01 00:60:00+00',
    '2026-01-01 00:00:60+00',
    '2026-01-01 00:00:00+99',
    '2026-01-01 00:00:00+00:99',
    '2026-01-01T00:00:00Z',
    'infinity',
  ])('is none that it would refuse: %s', (text) => {
    expect(storedTime.safeParse(text).success).toBe(false);
  });
});

describe('a moment in a cursor to the millisecond', () => {
  it.each(['2026-11-21T19:10:19.123Z', '0001-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z'])(
    'is one that Date wrote: %s',
    (text) => {
      expect(sentTime.parse(text)).toBe(text);
    },
  );

  it.each([
    '0000-01-01T00:00:00.000Z',
    '2026-02-29T00:00:00.000Z',
    '2026-01-01T24:00:00.000Z',
    '2026-01-01T00:00:00Z',
    `2026-01-01T00:00:00.${'0'.repeat(200)}Z`,
    '+010000-01-01T00:00:00.000Z',
    '2026-01-01 00:00:00+00',
    'infinity',
  ])('is none that the database would refuse: %s', (text) => {
    expect(sentTime.safeParse(text).success).toBe(false);
  });
});
