import { busConfig, hostConfig, storeConfig } from '@waybill/config';
import { z } from 'zod';
import { defaultCacheLimits } from './edge-cache/edge-cache.js';
import { defaultLimits } from './limits/listener-limits.js';
import { accessLogModes } from './listener/request-log.js';
import { rateLimitConfig } from './limits/rate-limits.config.js';

export const gatewayConfig = z.object({
  ...busConfig,
  ...storeConfig,
  ...hostConfig,
  WAYBILL_HOST: z.string().min(1).default('127.0.0.1').describe('Address that clients connect to.'),
  WAYBILL_PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65_535)
    .default(8080)
    .describe('Port that clients connect to; 0 takes any free one.'),
  WAYBILL_EXTERNAL_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Address of this installation as clients know it, such as https://packages.example.com.'),
  WAYBILL_TRUSTED_PROXIES: z
    .string()
    .max(4096)
    .default('')
    .describe(
      'Addresses and ranges of proxies in front, separated by commas; only their Forwarded or X-Forwarded-* headers say who the client is and, without WAYBILL_EXTERNAL_URL, what it calls this installation.',
    ),
  WAYBILL_MAX_CONNECTIONS: z.coerce
    .number()
    .int()
    .min(1)
    .max(1_000_000)
    .default(10_000)
    .describe('Connections of clients at the same time.'),
  WAYBILL_MAX_CONNECTIONS_PER_ADDRESS: z.coerce
    .number()
    .int()
    .min(0)
    .max(1_000_000)
    .default(defaultLimits.maxConnectionsPerAddress)
    .describe(
      'Connections of one client address (IPv6: one /64) at the same time, trusted proxies excepted; 0 for no limit.',
    ),
  WAYBILL_HEADERS_TIMEOUT_SECONDS: z.coerce
    .number()
    .int()
    .min(1)
    .max(600)
    .default(defaultLimits.headersTimeoutMs / 1000)
    .describe('Seconds that a client has to send the header of a request.'),
  WAYBILL_IDLE_TIMEOUT_SECONDS: z.coerce
    .number()
    .int()
    .min(5)
    .max(3_600)
    .default(defaultLimits.idleTimeoutMs / 1000)
    .describe(
      'Seconds without a byte in either direction after which a connection is cut, also one whose client does not read; never less than a service has to answer.',
    ),
  WAYBILL_MIN_UPLOAD_BYTES_PER_SECOND: z.coerce
    .number()
    .int()
    .min(0)
    .max(1_000_000)
    .default(defaultLimits.minBodyBytesPerSecond)
    .describe(
      'Bytes per second that a body must bring in, measured over a minute; slower ones end in 408. 0 for no bound.',
    ),
  WAYBILL_MAX_REQUESTS: z.coerce
    .number()
    .int()
    .min(1)
    .max(100_000)
    .default(2_000)
    .describe('Requests in work at the same time; more are answered 503.'),
  WAYBILL_REQUEST_TIMEOUT_SECONDS: z.coerce
    .number()
    .int()
    .min(10)
    .max(86_400)
    .default(1_800)
    .describe('Seconds that a client has to send one whole request, body included.'),
  WAYBILL_READ_TIMEOUT_SECONDS: z.coerce
    .number()
    .int()
    .min(1)
    .max(600)
    .default(30)
    .describe('Seconds that a service has to answer a read, a second attempt included.'),
  WAYBILL_WRITE_TIMEOUT_SECONDS: z.coerce
    .number()
    .int()
    .min(1)
    .max(600)
    .default(60)
    .describe('Seconds that a service has to answer a write.'),
  WAYBILL_CACHE_MB: z.coerce
    .number()
    .int()
    .min(0)
    .max(65_536)
    .default(defaultCacheLimits.maxBytes / 1024 / 1024)
    .describe('Megabytes of memory for answers and small files that are asked for often; 0 keeps none.'),
  WAYBILL_ACCESS_LOG: z
    .enum(accessLogModes)
    .default('all')
    .describe('Requests that are written to the log: all, errors (and what clients broke off), or none.'),
  ...rateLimitConfig,
});

export type GatewayConfig = z.infer<typeof gatewayConfig>;

export const environment: Readonly<Record<string, string | undefined>> = process.env;
