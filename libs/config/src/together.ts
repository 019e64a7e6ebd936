import type { z } from 'zod';

/**
 * The same shape, which refuses half of what only works whole. `needs`: for each variable those that it is nothing without;
 * an empty one counts as not set. The problem is at the one that is missing, and names the one that needs it.
 */
export function together<Schema extends z.ZodObject>(
  schema: Schema,
  needs: Readonly<Record<string, readonly (keyof Schema['shape'] & string)[]>>,
): Schema {
  return schema.superRefine((config: Readonly<Record<string, unknown>>, context) => {
    for (const [name, needed] of Object.entries(needs)) {
      if (!isSet(config[name])) continue;
      for (const other of needed.filter((one) => !isSet(config[one]))) {
        context.addIssue({ code: 'custom', path: [other], message: `must be set as well, since ${name} is set` });
      }
    }
  });
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== '';
}
