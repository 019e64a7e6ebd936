import { z } from 'zod';

const port = z.coerce.number().int().min(0).max(65_535);

/** What a person sets when starting everything with one command. */
export const config = z.object({
  WAYBILL_HOST: z.string().min(1).default('127.0.0.1').describe('Address to listen on.'),
  WAYBILL_PORT: port.default(8080).describe('Port to listen on; 0 takes any free one.'),
  WAYBILL_DATA_DIR: z.string().min(1).default('.waybill').describe('Where everything is kept.'),
  WAYBILL_EXTERNAL_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Address that clients use, when it is not the one listened on.'),
  WAYBILL_HEALTH_PORT: port.default(0).describe('Port of the gateway’s liveness, readiness and metrics; 0: any.'),
  WAYBILL_PRINT_CREDENTIALS: z
    .enum(['auto', 'true', 'false'])
    .default('auto')
    .describe('Whether the first password is printed at the start; auto: to a terminal, and into no log.'),
  WAYBILL_LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('warn')
    .describe('The least important level that is written.'),
});

export type StandaloneConfig = z.infer<typeof config>;

/** Settings of single services (such as WAYBILL_SETTLE_SECONDS) are handed on to them as they are. */
export const environment: Readonly<Record<string, string | undefined>> = process.env;
