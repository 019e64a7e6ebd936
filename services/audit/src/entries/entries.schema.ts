import { auditOutcomes } from '@waybill/contracts';
import { IsMoment, MayBeAbsent, PageQuery } from '@waybill/management-api';
import { IsIn, IsString, Matches, MaxLength } from 'class-validator';
import { z } from 'zod';
import type { EntryFilter } from './entry.repository.js';

const storable = /^\P{Cc}+$/u;

/** Which events of a chain: all that these say. */
export class EventsQuery extends PageQuery {
  /** Name of the organization, or its id; the installation's own chain without. */
  @MayBeAbsent()
  @IsString()
  @MaxLength(64)
  org?: string;

  /** `user:<id>`: the person, with whatever token; `token:<id>`; or the part of the installation that acted. */
  @MayBeAbsent()
  @IsString()
  @MaxLength(300)
  @Matches(storable)
  actor?: string;

  /** Name of what was done: `team.create`. */
  @MayBeAbsent()
  @IsString()
  @MaxLength(100)
  @Matches(storable)
  action?: string;

  /** What it was done to: `team:<id>`. */
  @MayBeAbsent()
  @IsString()
  @MaxLength(1024)
  @Matches(storable)
  target?: string;

  @MayBeAbsent()
  @IsIn(auditOutcomes)
  outcome?: string;

  /** ISO 8601; not before. */
  @MayBeAbsent()
  @IsMoment()
  since?: string;

  /** ISO 8601; before. */
  @MayBeAbsent()
  @IsMoment()
  until?: string;
}

export const auditEventView = z.object({
  /** In its chain, from 1. */
  position: z.int(),
  id: z.uuid(),
  at: z.string(),
  /** The service that it happened in. */
  source: z.string(),
  actor: z.string(),
  /** The person behind the actor, where there is one. */
  actorUserId: z.string().nullable(),
  action: z.string(),
  target: z.string(),
  outcome: z.enum(auditOutcomes),
  requestId: z.string().nullable(),
  clientAddress: z.string().nullable(),
  /** Null where retention took them. */
  details: z.record(z.string(), z.unknown()).nullable(),
});
export type AuditEventView = z.infer<typeof auditEventView>;

/** The columns of an export, in their order. */
export const auditEventColumns = [
  'position',
  'at',
  'source',
  'actor',
  'actorUserId',
  'action',
  'target',
  'outcome',
  'requestId',
  'clientAddress',
  'details',
  'id',
] as const satisfies readonly (keyof AuditEventView)[];

export const entriesCursor = z.strictObject({ below: z.int().positive() });

/** A person is looked for by who they are, so that their tokens are found with them. */
export function filterOf(query: EventsQuery): EntryFilter {
  const { actor, action, target, outcome, since, until } = query;
  const person = /^user:([0-9a-f]{8}-[0-9a-f-]{27})$/.exec(actor ?? '')?.[1];
  return {
    ...(person === undefined ? { actor } : { actorUserId: person }),
    action,
    subject: target,
    outcome,
    since: since === undefined ? undefined : new Date(since),
    until: until === undefined ? undefined : new Date(until),
  };
}
