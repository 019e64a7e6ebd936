import { busConfig, databaseConfig, hostConfig, secret, settlementConfig, storeConfig } from '@waybill/config';
import { z } from 'zod';

export const config = z.object({
  ...busConfig,
  ...databaseConfig,
  ...storeConfig,
  ...hostConfig,
  ...settlementConfig,
  WAYBILL_EXTERNAL_URL: z
    .url({ protocol: /^https?$/ })
    .transform((url) => url.replace(/\/+$/, ''))
    .describe('The address that clients use, written into the tarball URLs of package documents.'),
  WAYBILL_NPM_KEY_SECRET: secret(
    'At least 32 random characters; seals the keys that releases are signed with. Who loses it needs a new signing key.',
  ),
});

export type AdapterNpmConfig = z.infer<typeof config>;

export const environment = process.env;
