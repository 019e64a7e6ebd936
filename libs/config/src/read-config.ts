import { DomainError } from '@waybill/domain';
import type { z } from 'zod';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads a service's configuration from the environment. An empty variable counts as not set. Errors: `invalid`
 * `config.invalid` with every problem at once, so that nobody fixes them one start at a time. No value is repeated in it.
 */
export function readConfig<Schema extends z.ZodObject>(schema: Schema, environment: Environment): z.infer<Schema> {
  const present = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(present);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new DomainError('invalid', 'config.invalid', `The configuration is not usable. ${problems.join('; ')}`, {
    details: { problems },
  });
}
