import { validateSync } from 'class-validator';
import { describe, expect, it } from 'vitest';
import { IsMoment } from './is-moment.js';

class Toy {
  @IsMoment()
  at?: unknown;
}

describe('a moment that somebody names', () => {
  it.each(['2026-11-21', '2026-11-21T19:10Z', '2026-11-21T19:10:19.5+02:00', '2024-02-29'])(
    'is one that Date reads: %s',
    (at) => {
      expect(validateSync(Object.assign(new Toy(), { at }))).toEqual([]);
      expect(Date.parse(at)).not.toBeNaN();
    },
  );

  it.each([
    '2026-W05-1',
    '2026-200',
    '20260101',
    '0000-01-01',
    '0001-01-01',
    '2026-02-30',
    '2026-01-01T10',
    'yesterday',
    5,
    null,
  ])('is no week, no number of a day and nothing that there is not: %s', (at) => {
    expect(validateSync(Object.assign(new Toy(), { at }))).toHaveLength(1);
  });
});
