import { busConfig, databaseConfig, hostConfig, storeConfig } from '@waybill/config';
import { z } from 'zod';

export const config = z.object({
  ...busConfig,
  ...databaseConfig,
  ...storeConfig,
  ...hostConfig,
  WAYBILL_STAGING_HOURS: z.coerce
    .number()
    .int()
    .min(1)
    .max(720)
    .default(24)
    .describe('Hours after which an upload that no release took is deleted.'),
  WAYBILL_SELF_APPROVAL: z
    .enum(['refuse', 'admins', 'allow'])
    .default('admins')
    .describe(
      'Who may approve a held release that they published themselves: nobody, installation admins, or everybody.',
    ),
});

export type PublishConfig = z.infer<typeof config>;

export const environment: Readonly<Record<string, string | undefined>> = process.env;
