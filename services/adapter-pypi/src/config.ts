import { busConfig, databaseConfig, hostConfig, storeConfig } from '@waybill/config';
import { z } from 'zod';

export const config = z.object({
  ...busConfig,
  ...databaseConfig,
  ...storeConfig,
  ...hostConfig,
  WAYBILL_SETTLE_SECONDS: z.coerce
    .number()
    .int()
    .min(1)
    .max(55)
    .default(20)
    .describe('How long an upload waits for its release to be checked before the client is told to come back.'),
});

export type AdapterPypiConfig = z.infer<typeof config>;

export const environment = process.env;
