import { DomainError } from '@waybill/domain';
import type { ExportQuery } from '@waybill/management-api';
import { MayBeAbsent } from '@waybill/management-api';
import { IsIn, Matches } from 'class-validator';
import { z } from 'zod';
import { PackageQuery } from '../package-list/packages.schema.js';
import { keptDays } from './downloads.repository.js';

const dayShape = /^\d{4}-\d\d-\d\d$/;
const noDay = { message: '$property is no day like 2026-01-31' };
const dayMilliseconds = 24 * 60 * 60 * 1000;
const defaultDays = 30;

export class DownloadsQuery extends PackageQuery {
  /** The first day (UTC), `2026-01-31`; 29 days before the last one unless said. */
  @MayBeAbsent()
  @Matches(dayShape, noDay)
  from?: string;

  /** The last day (UTC); today unless said. */
  @MayBeAbsent()
  @Matches(dayShape, noDay)
  to?: string;

  /** The days alone, as rows; wins over `Accept`. */
  @MayBeAbsent()
  @IsIn(['ndjson', 'csv'] satisfies ExportQuery['format'][])
  format?: ExportQuery['format'];
}

const dayView = z.object({ day: z.iso.date(), downloads: z.int() });
export const downloadsView = z.object({
  purl: z.string(),
  from: z.iso.date(),
  to: z.iso.date(),
  downloads: z.int(),
  /** Oldest first, without days that have none. */
  days: z.array(dayView),
});
export type DownloadsView = z.infer<typeof downloadsView>;
export const dayRowView = dayView;
export const dayColumns = ['day', 'downloads'] as const;

/** From the first to the last day. Errors: `invalid` `downloads.period`: a day that there is not, or more than are kept. */
export function periodOf({ from, to }: Pick<DownloadsQuery, 'from' | 'to'>, now: Date): { from: string; to: string } {
  const last = to === undefined ? startOf(now.toISOString().slice(0, 10)) : startOf(to);
  const first = from === undefined ? last - (defaultDays - 1) * dayMilliseconds : startOf(from);
  if (!(first <= last && last - first <= keptDays * dayMilliseconds)) throw noPeriod();
  return { from: dayOf(first), to: dayOf(last) };
}

function startOf(day: string): number {
  const start = Date.parse(`${day}T00:00:00.000Z`);
  if (Number.isNaN(start) || dayOf(start) !== day || day < '0002') throw noPeriod();
  return start;
}

function dayOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 10);
}

function noPeriod(): DomainError {
  const message = `A period is from one day to a later one, over at most ${keptDays} days.`;
  return new DomainError('invalid', 'downloads.period', message, {
    details: { errors: [{ field: 'query.from', code: 'downloads.period', message }] },
  });
}
