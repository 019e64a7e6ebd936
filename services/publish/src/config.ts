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
  WAYBILL_DNS_SERVERS: z
    .string()
    .max(500)
    .default('')
    .transform((text) => text.split(',').flatMap((server) => server.trim() || []))
    .pipe(z.array(z.string().regex(/^(?:[0-9.]{7,15}|\[[0-9a-f:]{2,39}\])(?::[0-9]{1,5})?$/i)).max(10))
    .describe(
      'Servers that are asked for DNS records that prove a domain: addresses, with a port or without, separated by commas. Empty: those of the machine.',
    ),
});

export type PublishConfig = z.infer<typeof config>;

export const environment: Readonly<Record<string, string | undefined>> = process.env;
