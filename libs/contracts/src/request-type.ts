import type { z } from 'zod';

/** One kind of request between services: its subject and the schemas of question and answer. */
export interface RequestType<Request extends z.ZodType = z.ZodType, Reply extends z.ZodType = z.ZodType> {
  /** `<owner>.<noun>.<verb>.v<major>`: also the subject on the bus and the Nest message pattern. */
  readonly subject: string;
  readonly owner: string;
  readonly request: Request;
  readonly reply: Reply;
  /** The services that may ask; from this the bus permissions are made (security.md W10). */
  readonly callers: readonly string[];
}

export type RequestOf<Type> = Type extends RequestType<infer Request> ? z.infer<Request> : never;
export type ReplyOf<Type> = Type extends RequestType<z.ZodType, infer Reply> ? z.infer<Reply> : never;

export function requestType<Request extends z.ZodType, Reply extends z.ZodType>(definition: {
  subject: string;
  callers: readonly string[];
  request: Request;
  reply: Reply;
}): RequestType<Request, Reply> {
  return { ...definition, owner: definition.subject.split('.')[0] ?? '' };
}

/** In `callers`: every ecosystem adapter, those of today and those to come. */
export const everyAdapter = 'adapter-*';
