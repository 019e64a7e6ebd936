import { z } from 'zod';
import { isSecretSchema } from './secret.js';

export interface ConfigVariable {
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
  readonly default?: string;
  /** All that it may be, where these are few words. */
  readonly values?: readonly string[];
  readonly secret: boolean;
}

/** What docs/env.md is generated from. */
export function describeConfig(schema: z.ZodObject): ConfigVariable[] {
  return Object.entries(schema.shape).map(([name, field]) => describeField(name, field as z.ZodType));
}

function describeField(name: string, field: z.ZodType): ConfigVariable {
  const empty = field.safeParse(undefined);
  const value = empty.success ? empty.data : undefined;
  const inner = innermost(field);
  return {
    name,
    description: field.description ?? inner.description ?? '',
    required: !empty.success,
    ...(value === undefined ? {} : { default: JSON.stringify(value) }),
    ...(inner instanceof z.ZodEnum ? { values: inner.options.map(String) } : {}),
    secret: isSecretSchema(inner),
  };
}

function innermost(field: z.ZodType): z.ZodType {
  if (field instanceof z.ZodOptional || field instanceof z.ZodDefault) return innermost(field.unwrap() as z.ZodType);
  return field;
}
