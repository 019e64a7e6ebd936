import { DomainError } from '@waybill/domain';
import type { z } from 'zod';

/** Longest cursor that is read; the ones we write hold a few ids, names and times. */
export const maxCursorLength = 2000;

/**
 * Where the next page begins, as text that means nothing to whoever gets it: what the query needs to find the place again
 * (`{ username }`, `[createdAt, id]`). It is not signed: it may say no more than a filter could, and what it says is checked
 * by `decodeCursor`.
 */
export function encodeCursor(values: unknown): string {
  return Buffer.from(JSON.stringify(values), 'utf8').toString('base64url');
}

/** What `encodeCursor` wrote, checked; undefined for the first page. Errors: `invalid` `page.cursor-malformed`. */
export function decodeCursor<Schema extends z.ZodType>(text: string, schema: Schema): z.output<Schema>;
export function decodeCursor<Schema extends z.ZodType>(
  text: string | undefined,
  schema: Schema,
): z.output<Schema> | undefined;
export function decodeCursor<Schema extends z.ZodType>(
  text: string | undefined,
  schema: Schema,
): z.output<Schema> | undefined {
  if (text === undefined) return undefined;
  if (text.length > maxCursorLength || !/^[A-Za-z0-9_-]+$/.test(text)) throw malformed();
  const parsed = schema.safeParse(jsonOf(text));
  if (!parsed.success) throw malformed();
  return parsed.data;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as unknown;
  } catch {
    throw malformed();
  }
}

function malformed(): DomainError {
  const message = 'That is no cursor that a page ended with.';
  return new DomainError('invalid', 'page.cursor-malformed', message, {
    details: { errors: [{ field: 'query.cursor', code: 'page.cursor-malformed', message }] },
  });
}
