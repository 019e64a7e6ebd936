import type { z } from 'zod';

/**
 * What a message says, undefined when it is not of that form or no JSON at all, such as the server's own answer that nobody
 * listens. For callbacks of subscriptions, which must not throw: the client of NATS then takes no further message from the
 * connection (security.md W10).
 */
export function heard<Schema extends z.ZodType>(
  schema: Schema,
  message: { json(): unknown },
): z.output<Schema> | undefined {
  try {
    return schema.parse(message.json());
  } catch {
    return undefined;
  }
}
