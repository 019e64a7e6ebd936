import { z } from 'zod';

/** How long the word of a provider or a directory on somebody's groups holds. */
export const groupMappingsConfig = {
  WAYBILL_GROUP_MEMBERSHIP_DAYS: z.coerce
    .number()
    .int()
    .min(0)
    .max(3650)
    .default(30)
    .describe(
      'Days after somebody’s last sign-in through the provider or the directory until what its groups gave them ends; 0: it ends only at a sign-in.',
    ),
};
