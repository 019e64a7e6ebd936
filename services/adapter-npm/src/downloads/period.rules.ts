import { DomainError } from '@waybill/domain';

/** Days in UTC, both included: `2026-01-31`. */
export interface Period {
  readonly start: string;
  readonly end: string;
}

const millisecondsPerDay = 86_400_000;
const daysOf: Readonly<Record<string, number>> = {
  'last-day': 1,
  'last-week': 7,
  'last-month': 30,
  'last-year': 365,
};
// As npm's own: 18 months.
const maxDays = 549;

/**
 * `last-day`, `last-week`, `last-month`, `last-year`, a day, or `first:last` (npm/registry docs/download-counts.md). The
 * last day is today: what is counted here is seconds old. Errors: `invalid` `npm.period`.
 */
export function parsePeriod(text: string, now: Date): Period {
  if (Object.hasOwn(daysOf, text)) {
    return { start: dayOf(now.getTime() - ((daysOf[text] ?? 1) - 1) * millisecondsPerDay), end: dayOf(now.getTime()) };
  }
  const [start = '', end = start, ...rest] = text.split(':');
  if (rest.length > 0 || !isDay(start) || !isDay(end) || end < start) {
    throw malformed('is last-day, last-week, last-month, last-year, a day (2026-01-31) or first:last');
  }
  if (dayCount({ start, end }) > maxDays) throw malformed(`has at most ${maxDays} days`);
  return { start, end };
}

export function daysIn(period: Period): string[] {
  const first = Date.parse(period.start);
  return Array.from({ length: dayCount(period) }, (_, index) => dayOf(first + index * millisecondsPerDay));
}

function dayCount({ start, end }: Period): number {
  return Math.round((Date.parse(end) - Date.parse(start)) / millisecondsPerDay) + 1;
}

function dayOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 10);
}

function isDay(text: string): boolean {
  if (!/^[12]\d{3}-\d{2}-\d{2}$/.test(text)) return false;
  const time = Date.parse(text);
  return !Number.isNaN(time) && dayOf(time) === text;
}

function malformed(what: string): DomainError {
  return new DomainError('invalid', 'npm.period', `A period ${what}.`);
}
