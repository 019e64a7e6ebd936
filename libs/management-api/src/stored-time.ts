import { z } from 'zod';

const shape = /^(\d{4,6})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(?:\.\d{1,6})?[+-](\d\d)(?::(\d\d))?$/;

/**
 * A moment as PostgreSQL writes it (`2026-11-21 19:10:19.123456+00`), for cursors of lists that it orders: to the microsecond,
 * and one that there is. It would refuse another one loudly.
 */
export const storedTime = z.string().refine(isMoment);

/**
 * A moment as `Date.prototype.toISOString` writes it in the years that a `timestamptz` and a `Date` have in common, for cursors
 * to the millisecond. `0000-01-01T00:00:00.000Z` has that shape too, and PostgreSQL knows no such year.
 */
export const sentTime = z.string().refine(isSent);

function isSent(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text) || text.startsWith('0000')) return false;
  const milliseconds = Date.parse(text);
  return !Number.isNaN(milliseconds) && new Date(milliseconds).toISOString() === text;
}

function isMoment(text: string): boolean {
  const parts = shape
    .exec(text)
    ?.slice(1)
    .map((part: string | undefined) => Number(part ?? 0));
  if (parts === undefined) return false;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, offset = 0, offsetMinutes = 0] = parts;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const isDay = year >= 1 && year <= 200_000 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return isDay && hour < 24 && minute < 60 && second < 60 && offset < 15 && offsetMinutes < 60;
}
