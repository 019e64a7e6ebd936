import { z } from 'zod';
import { secret } from './secret.js';

const port = z.coerce.number().int().min(0).max(65_535);

/** How a service reaches the bus. */
export const busConfig = {
  WAYBILL_NATS_URL: z.string().min(1).describe('Address of the NATS server, such as nats://127.0.0.1:4222.'),
  WAYBILL_NATS_USER: z.string().min(1).optional().describe('NATS user; by convention the name of the service.'),
  WAYBILL_NATS_PASSWORD: secret('Password of the NATS user.').optional(),
};

/** How a service reaches its own schema. */
export const databaseConfig = {
  WAYBILL_DATABASE_URL: secret('postgres:// address with the role of the service, whose schema has the same name.'),
  WAYBILL_DATABASE_POOL: z.coerce.number().int().min(1).max(100).default(10).describe('Connections at the same time.'),
};

/** Where package bytes live. Which of the variables are needed depends on the driver: see `blobStoreOf`. */
export const storeConfig = {
  WAYBILL_STORE_DRIVER: z.enum(['fs', 's3']).default('fs').describe('Object store: a folder, or S3.'),
  WAYBILL_STORE_DIR: z.string().min(1).optional().describe('fs: absolute path of the folder.'),
  WAYBILL_S3_ENDPOINT: z.url().optional().describe('s3: address of the service.'),
  WAYBILL_S3_REGION: z.string().min(1).optional().describe('s3: region.'),
  WAYBILL_S3_BUCKET: z.string().min(1).optional().describe('s3: bucket.'),
  WAYBILL_S3_ACCESS_KEY: z.string().min(1).optional().describe('s3: access key.'),
  WAYBILL_S3_SECRET_KEY: secret('s3: secret key.').optional(),
};

/** What every service process has. */
export const hostConfig = {
  WAYBILL_HEALTH_HOST: z.string().default('127.0.0.1').describe('Where liveness, readiness and metrics listen.'),
  WAYBILL_HEALTH_PORT: port.default(0).describe('Port of liveness, readiness and metrics; 0 takes any free one.'),
  WAYBILL_LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('The least important level that is written.'),
  WAYBILL_OTLP_URL: z.url().optional().describe('OpenTelemetry collector (OTLP over HTTP); no traces without it.'),
};

/** How long what a client publishes is waited for. */
export const settlementConfig = {
  WAYBILL_SETTLE_SECONDS: z.coerce
    .number()
    .int()
    .min(1)
    .max(55)
    .default(20)
    .describe('How long a publish waits for its release to be checked before the client is told to come back.'),
};
