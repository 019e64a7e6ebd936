import { parseStrictJson } from '@waybill/strict-json';
import type { z } from 'zod';
import { refused } from './refusal.js';

/** JSON that everybody reads alike (security.md I4), of that shape. Errors: `invalid` `provenance.malformed` with the place. */
export function readJson<Schema extends z.ZodType>(schema: Schema, bytes: Uint8Array, what: string): z.infer<Schema> {
  const parsed = schema.safeParse(strictJson(bytes, what));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue?.path.join('.') ?? '';
  throw refused('malformed', `${what} is malformed: ${place === '' ? '' : `${place} `}${issue?.message ?? ''}.`);
}

function strictJson(bytes: Uint8Array, what: string): unknown {
  try {
    return parseStrictJson(bytes);
  } catch (error) {
    throw refused('malformed', `${what} is not a JSON document that everybody reads alike.`, error);
  }
}
