import { secret } from '@waybill/config';
import { z } from 'zod';

const seconds = z.coerce.number().int().min(1).max(3600);

/** What every command of the provisioner reads. Passwords come apart: see `installation-passwords.ts`. */
const waiting = {
  WAYBILL_PROVISION_SECONDS: seconds.default(120).describe('How long a server that is not there yet is waited for.'),
};

const bus = {
  WAYBILL_NATS_URL: z.string().min(1).describe('Address of the NATS server, or of several, separated by commas.'),
};

/** `provision` */
export const provisionConfig = z.object({
  ...waiting,
  ...bus,
  WAYBILL_DATABASE_ADMIN_URL: secret('postgres:// address of Waybill’s database with a role that may make roles.'),
  WAYBILL_NATS_REPLICAS: z.coerce
    .number()
    .int()
    .min(1)
    .max(5)
    .default(1)
    .describe('Servers of the NATS cluster that keep each stream.'),
});

/** `provision --nats-config` */
export const natsConfig = z.object({
  WAYBILL_NATS_SERVER_NAME: z
    .string()
    .regex(/^[a-z0-9-]{1,60}$/)
    .default('waybill')
    .describe('Name of the NATS server.'),
  WAYBILL_NATS_STORE_DIR: z.string().startsWith('/').default('/data').describe('Where the NATS server keeps streams.'),
});

/** `provision --first-admin` */
export const firstAdminConfig = z.object({
  ...waiting,
  ...bus,
  WAYBILL_FIRST_ADMIN_USERNAME: z.string().min(1).default('admin').describe('Name of the first administrator.'),
  WAYBILL_FIRST_ORGANIZATION: z.string().min(1).default('home').describe('Slug of the first organization.'),
  WAYBILL_FIRST_REPOSITORY: z.string().min(1).default('main').describe('Slug of the first repository.'),
  WAYBILL_FIRST_REPOSITORY_VISIBILITY: z
    .enum(['public', 'internal', 'private', 'unlisted'])
    .default('public')
    .describe('Who may read the first repository.'),
});
