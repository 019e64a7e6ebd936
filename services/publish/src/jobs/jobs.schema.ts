import { MayBeAbsent, PageQuery, storedTime } from '@waybill/management-api';
import { IsIn } from 'class-validator';
import { z } from 'zod';

export const jobKinds = ['dead-letter', 'run', 'scan'] as const;
export type JobKind = (typeof jobKinds)[number];

export class JobsQuery extends PageQuery {
  /** Only of this kind. */
  @MayBeAbsent()
  @IsIn(jobKinds)
  kind?: JobKind;
}

export const jobView = z.object({
  /** `dead-letter:<number>`, `run:<name>`, `scan:<release id>`. */
  jobId: z.string(),
  /** An event that a service could not handle; what is done in the background by the clock; a release that waits for a scan. */
  kind: z.enum(jobKinds),
  state: z.enum(['dead', 'running', 'failed', 'done', 'waiting']),
  since: z.iso.datetime(),
  /** The service whose it is. */
  service: z.string(),
  /** Of a scan. */
  purl: z.string().nullable(),
  repository: z.string().nullable(),
  /** Of a dead letter; `id` and `subject` are null where it has not the form of an event. */
  event: z.object({ type: z.string(), id: z.string().nullable(), subject: z.string().nullable() }).nullable(),
  /** Code of the error that a run ended with. */
  error: z.string().nullable(),
});
export type JobView = z.infer<typeof jobView>;

export const jobsView = z.object({
  items: z.array(jobView),
  next: z.string().nullable(),
  /** Facts that are not on the bus yet; more than a few that are old mean that it is away. */
  outbox: z.object({ waiting: z.int(), oldest: z.iso.datetime().nullable() }),
});
export type JobsView = z.infer<typeof jobsView>;

/** Where a page begins: after this one of its kind. */
export const jobPlace = z.union([
  z.tuple([z.literal('dead-letter'), z.int().nonnegative()]),
  z.tuple([
    z.literal('run'),
    z
      .string()
      .max(100)
      .regex(/^[a-z-]*$/),
  ]),
  z.tuple([z.literal('scan'), z.union([z.null(), z.tuple([storedTime, z.uuid()])])]),
]);
export type JobPlace = z.infer<typeof jobPlace>;
