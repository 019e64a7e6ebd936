import { busConfig, databaseConfig, hostConfig, secret, storeConfig } from '@waybill/config';
import { z } from 'zod';

export const config = z.object({
  ...busConfig,
  ...databaseConfig,
  ...storeConfig,
  ...hostConfig,
  WAYBILL_AUDIT_KEY_SECRET: secret(
    'At least 32 random characters; seals the key that checkpoints of the audit are signed with.',
  ),
  WAYBILL_AUDIT_CHECKPOINT_MINUTES: z.coerce
    .number()
    .int()
    .min(1)
    .max(1440)
    .default(10)
    .describe('Minutes after which a checkpoint of a chain is signed when there is something new in it.'),
  WAYBILL_AUDIT_CHECKPOINT_EVENTS: z.coerce
    .number()
    .int()
    .min(1)
    .max(1_000_000)
    .default(1000)
    .describe('New events after which a checkpoint of a chain is signed earlier.'),
  WAYBILL_AUDIT_RETENTION_DAYS: z.coerce
    .number()
    .int()
    .min(30)
    .max(36_500)
    .optional()
    .describe(
      'Days for which the audit keeps details and client addresses; for ever without it. Who did what to what, and its hashes, always stay.',
    ),
});

export type AuditConfig = z.infer<typeof config>;

export const environment: Readonly<Record<string, string | undefined>> = process.env;
