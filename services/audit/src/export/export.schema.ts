import { DomainError } from '@waybill/domain';
import { IsIn } from 'class-validator';
import type { EntryFilter } from '../entries/entry.repository.js';
import { EventsQuery } from '../entries/entries.schema.js';
import { MayBeAbsent } from '@waybill/management-api';

export const exportFormats = ['ndjson', 'csv', 'cloudevents'] as const;
export type ExportFormat = (typeof exportFormats)[number];

export class ExportAuditQuery extends EventsQuery {
  /** `ndjson` (the default) is the whole chain with its hashes, and verifies offline; the others are for other programs. */
  @MayBeAbsent()
  @IsIn(exportFormats)
  format?: ExportFormat;
}

/** Errors: `invalid` `audit.export-filtered`: what is left out cannot be verified. */
export function assertUnfiltered(filter: EntryFilter): void {
  if (Object.values(filter).every((value) => value === undefined)) return;
  const message = 'An export that verifies is of the whole chain: leave the filters out, or ask for format=csv.';
  throw new DomainError('invalid', 'audit.export-filtered', message, {
    details: { errors: [{ field: 'query.format', code: 'audit.export-filtered', message }] },
  });
}
