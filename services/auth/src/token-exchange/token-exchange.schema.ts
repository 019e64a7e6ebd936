import { z } from 'zod';

export const audienceView = z.object({ audience: z.string() });
export type AudienceView = z.infer<typeof audienceView>;

/** RFC 8693 §2.2.1. */
export const exchangeView = z.object({
  access_token: z.string(),
  issued_token_type: z.string(),
  token_type: z.literal('Bearer'),
  /** Seconds. */
  expires_in: z.int(),
  /** Permissions, with spaces between them. */
  scope: z.string(),
});
/** RFC 6749 §5.2, with our stable code. */
export const exchangeRefusal = z.object({ error: z.string(), error_description: z.string(), code: z.string() });
export type ExchangeView = z.infer<typeof exchangeView>;
