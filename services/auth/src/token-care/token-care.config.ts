import { z } from 'zod';

/** What the installation does about tokens that nobody seems to need. */
export const tokenCareConfig = {
  WAYBILL_TOKEN_UNUSED_DAYS: z.coerce
    .number()
    .int()
    .min(0)
    .max(3650)
    .default(0)
    .describe('Tokens that were not used for so many days are revoked; 0: none are.'),
};
