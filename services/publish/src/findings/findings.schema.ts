import { ExportQuery, MayBeAbsent, PageQuery } from '@waybill/management-api';
import type { FindingLevel } from '@waybill/domain';
import { findingLevels, releaseStates } from '@waybill/domain';
import { IsIn, IsOptional, IsString, Length, Matches } from 'class-validator';
import { z } from 'zod';
import { storableText } from '../database/storable-text.js';
import type { TriageState } from './finding.entity.js';
import { triageStates } from './finding.entity.js';
import type { ListedFinding } from './finding.repository.js';

export class FindingsQuery extends PageQuery implements Pick<ExportQuery, 'format'> {
  /** Of this organization, by name. */
  @MayBeAbsent()
  @IsString()
  @Length(1, 64)
  @Matches(storableText)
  org?: string;

  /** Of this repository, by slug. */
  @MayBeAbsent()
  @IsString()
  @Length(1, 64)
  @Matches(storableText)
  repository?: string;

  @MayBeAbsent()
  @IsIn(findingLevels)
  level?: FindingLevel;

  @MayBeAbsent()
  @IsIn(triageStates)
  state?: TriageState;

  /** All of them as rows instead of a page: `ndjson` or `csv`; wins over `Accept`. */
  @MayBeAbsent()
  @IsIn(['ndjson', 'csv'])
  format?: 'ndjson' | 'csv';
}

/** JSON merge patch (RFC 7396). */
export class JudgeFindingBody {
  @MayBeAbsent()
  @IsIn(triageStates)
  state?: TriageState;

  /** Why; null takes it away. */
  @IsOptional()
  @IsString()
  @Length(1, 2000)
  @Matches(storableText)
  note?: string | null;
}

export const findingView = z.object({
  findingId: z.uuid(),
  releaseId: z.uuid(),
  purl: z.string(),
  repository: z.string(),
  releaseState: z.enum(releaseStates),
  rule: z.string(),
  code: z.string(),
  level: z.enum(findingLevels),
  message: z.string(),
  path: z.string().nullable(),
  line: z.int().nullable(),
  foundAt: z.iso.datetime(),
  state: z.enum(triageStates),
  note: z.string().nullable(),
  judgedBy: z.string().nullable(),
  judgedAt: z.iso.datetime().nullable(),
});
export type FindingView = z.infer<typeof findingView>;

export const findingColumns = Object.keys(findingView.shape) as (keyof FindingView)[];

export function viewOf(finding: ListedFinding): FindingView {
  const { findingId, releaseId, purl, repository, releaseState, rule, code, level, message, path, line } = finding;
  const { state, note, judgedBy } = finding;
  return {
    findingId,
    releaseId,
    purl,
    repository,
    releaseState,
    rule,
    code,
    level,
    message,
    path,
    line,
    foundAt: finding.foundAt.toISOString(),
    state,
    note,
    judgedBy,
    judgedAt: finding.judgedAt?.toISOString() ?? null,
  };
}
