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
});

export type PublishConfig = z.infer<typeof config>;

export const environment: Readonly<Record<string, string | undefined>> = process.env;
