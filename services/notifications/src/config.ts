import { busConfig, databaseConfig, hostConfig, secret, storeConfig, together } from '@waybill/config';
import { z } from 'zod';

const yesOrNo = z.enum(['yes', 'no']).default('no');

const variables = z.object({
  ...busConfig,
  ...databaseConfig,
  ...storeConfig,
  ...hostConfig,
  WAYBILL_EXTERNAL_URL: z
    .url({ protocol: /^https?$/ })
    .transform((url) => url.replace(/\/+$/, ''))
    .describe('The address that clients use: the source of the events that webhooks deliver, and named in mails.'),
  WAYBILL_NOTIFICATIONS_KEY_SECRET: secret(
    'At least 32 random characters; seals the secrets of webhooks and mails that wait. Who loses it rotates every webhook.',
  ),
  WAYBILL_WEBHOOK_ALLOWED_NETWORKS: z
    .string()
    .max(4096)
    .default('')
    .describe(
      'Addresses, CIDR ranges and host names inside that webhooks may go to all the same, separated by commas; public addresses always may.',
    ),
  WAYBILL_WEBHOOK_ALLOW_HTTP: yesOrNo.describe('Whether webhooks may go to http: addresses, which anybody can read.'),
  WAYBILL_WEBHOOK_LOW_PORTS: z
    .string()
    .regex(/^\d{1,4}(?:,\d{1,4})*$/)
    .default('80,443')
    .describe('Ports below 1024 that webhooks may go to, separated by commas.'),
  WAYBILL_WEBHOOK_ATTEMPTS: z.coerce
    .number()
    .int()
    .min(1)
    .max(30)
    .default(13)
    .describe('How often a delivery is tried, over about a day, before it becomes a dead letter.'),
  WAYBILL_WEBHOOK_PARALLEL: z.coerce
    .number()
    .int()
    .min(1)
    .max(100)
    .default(4)
    .describe('Deliveries to one webhook at the same time.'),
  WAYBILL_WEBHOOK_CONCURRENCY: z.coerce
    .number()
    .int()
    .min(1)
    .max(1000)
    .default(50)
    .describe('Deliveries of one replica at the same time.'),
  WAYBILL_SMTP_URL: secret(
    'Mail server, such as smtp://user:password@mail.example.com:587, or smtps:// for TLS from the start. Without it no mail is sent.',
  ).optional(),
  WAYBILL_SMTP_STARTTLS: z
    .enum(['required', 'offered'])
    .default('required')
    .describe('smtp://: whether a mail server without STARTTLS is refused, or spoken to in the clear.'),
  WAYBILL_MAIL_FROM: z
    .string()
    .max(320)
    .optional()
    .describe('The sender of mails, such as packages@example.com; needed with WAYBILL_SMTP_URL.'),
});

/** Mails have a sender. */
export const config = together(variables, { WAYBILL_SMTP_URL: ['WAYBILL_MAIL_FROM'] });

export type NotificationsConfig = z.infer<typeof config>;

export const environment: Readonly<Record<string, string | undefined>> = process.env;
