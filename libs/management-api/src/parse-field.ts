import { DomainError } from '@waybill/domain';
import type { z } from 'zod';

const maxProblems = 50;
const maxFieldLength = 200;

/**
 * A value of a request that class-validator cannot describe (a union, a nested one), read by its schema. `field` says where it
 * was: `body.scopes`. Errors: `invalid` `request.invalid` with the fields; no value is repeated (security.md W6).
 */
export function parseField<Schema extends z.ZodType>(schema: Schema, value: unknown, field: string): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.slice(0, maxProblems).map(({ path, code, message }) => ({
    field: [field, ...path.map(String)].join('.').slice(0, maxFieldLength),
    code: `field.${code.replaceAll('_', '-')}`,
    message: code === 'unrecognized_keys' ? 'has a field that is not known here' : message,
  }));
  const first = errors[0];
  const named = first === undefined ? field : `${first.field}: ${first.message}`;
  throw new DomainError('invalid', 'request.invalid', `The request is not usable: ${named}.`, { details: { errors } });
}
