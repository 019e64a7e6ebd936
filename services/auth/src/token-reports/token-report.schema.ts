import { tokenScope } from '@waybill/contracts';
import type { TokenScope } from '@waybill/domain';
import { ExportQuery, MayBeAbsent, PageQuery } from '@waybill/management-api';
import { Type } from 'class-transformer';
import { IsIn, IsInt, Max, Min } from 'class-validator';
import { z } from 'zod';
import { tokenKinds } from '../tokens/token.entity.js';
import type { ReportedToken } from './token-report.repository.js';

export class TokenReportQuery extends PageQuery {
  /** Only tokens that nobody has used for so many days. */
  @MayBeAbsent()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(3650)
  unusedDays?: number;

  /** `ndjson` or `csv`: all rows, as a stream. */
  @MayBeAbsent()
  @IsIn(['ndjson', 'csv'] satisfies ExportQuery['format'][])
  format?: ExportQuery['format'];
}

const time = z.iso.datetime();

export const reportRow = z.object({
  id: z.uuid(),
  prefix: z.string(),
  kind: z.enum(tokenKinds),
  owner: z.string(),
  /** Made from another token. */
  attenuated: z.boolean(),
  scopes: z.array(tokenScope),
  createdAt: time,
  ageDays: z.int(),
  expiresAt: time,
  lastUsedAt: time.nullable(),
});
export type ReportRow = z.infer<typeof reportRow>;

export const reportColumns = [
  'id',
  'prefix',
  'kind',
  'owner',
  'attenuated',
  'scopes',
  'createdAt',
  'ageDays',
  'expiresAt',
  'lastUsedAt',
] as const satisfies readonly (keyof ReportRow)[];

export function rowOf(token: ReportedToken, scopes: readonly TokenScope[]): ReportRow {
  const { tokenId: id, prefix, kind, owner, ceilings, createdAt, expiresAt, lastUsedAt } = token;
  return {
    id,
    prefix,
    kind,
    owner,
    attenuated: ceilings.length > 0,
    scopes: scopes.map(({ actions, on }) => ({ actions: [...actions], on })),
    createdAt: createdAt.toISOString(),
    ageDays: Math.floor((Date.now() - createdAt.getTime()) / 86_400_000),
    expiresAt: expiresAt.toISOString(),
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
  };
}
