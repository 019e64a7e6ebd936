import { z } from 'zod';

/**
 * A fact, as a CloudEvent 1.0 in structured JSON mode (cloudevents.io, §3). `subject` is the aggregate's id and
 * `aggregateversion` its own version, counted from 1 without gaps: consumers ignore what is older than what they have.
 */
export const eventEnvelope = z.object({
  specversion: z.literal('1.0'),
  id: z.uuid(),
  source: z.string().max(200),
  type: z.string().max(200),
  subject: z.string().max(1024),
  time: z.iso.datetime(),
  datacontenttype: z.literal('application/json'),
  aggregateversion: z.int().positive(),
  traceparent: z.string().max(100).optional(),
  data: z.unknown(),
});

export type EventEnvelope<Data = unknown> = Omit<z.infer<typeof eventEnvelope>, 'data'> & { readonly data: Data };

/** One kind of event: its CloudEvents type, its owner, and the schema of its data. */
export interface EventType<Schema extends z.ZodType = z.ZodType> {
  /** `<owner>.<noun>.<verb in the past tense>.v<major>`; the subject on the bus is `event.` + type. */
  readonly type: string;
  readonly owner: string;
  readonly data: Schema;
}

export type DataOf<Type> = Type extends EventType<infer Schema> ? z.infer<Schema> : never;

export function eventType<Schema extends z.ZodType>(type: string, data: Schema): EventType<Schema> {
  const owner = type.split('.')[0] ?? '';
  return { type, owner, data };
}

export function eventSubject(type: EventType): string {
  return `event.${type.type}`;
}
