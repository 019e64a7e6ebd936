import type { GatewayConfig } from '../config.js';
import type { ListenerLimits } from './listener-limits.js';
import { defaultLimits } from './listener-limits.js';
import type { RateLimitSettings } from './rate-limits.js';

export function limitsOf(config: GatewayConfig): ListenerLimits {
  const slowestAnswer = Math.max(config.WAYBILL_READ_TIMEOUT_SECONDS, config.WAYBILL_WRITE_TIMEOUT_SECONDS);
  return {
    ...defaultLimits,
    headersTimeoutMs: config.WAYBILL_HEADERS_TIMEOUT_SECONDS * 1000,
    // A connection is silent while its service thinks.
    idleTimeoutMs: Math.max(config.WAYBILL_IDLE_TIMEOUT_SECONDS, slowestAnswer + 10) * 1000,
    minBodyBytesPerSecond: config.WAYBILL_MIN_UPLOAD_BYTES_PER_SECOND,
    maxConnectionsPerAddress: config.WAYBILL_MAX_CONNECTIONS_PER_ADDRESS,
    maxConnections: config.WAYBILL_MAX_CONNECTIONS,
    maxConcurrentRequests: config.WAYBILL_MAX_REQUESTS,
    requestTimeoutMs: config.WAYBILL_REQUEST_TIMEOUT_SECONDS * 1000,
    readTimeoutMs: config.WAYBILL_READ_TIMEOUT_SECONDS * 1000,
    writeTimeoutMs: config.WAYBILL_WRITE_TIMEOUT_SECONDS * 1000,
  };
}

export function rateLimitsOf(config: GatewayConfig): RateLimitSettings {
  return {
    anonymousReads: config.WAYBILL_RATE_ANONYMOUS_READS,
    anonymousWrites: config.WAYBILL_RATE_ANONYMOUS_WRITES,
    reads: config.WAYBILL_RATE_READS,
    writes: config.WAYBILL_RATE_WRITES,
    signIns: config.WAYBILL_RATE_SIGN_INS,
    signInsPerAccount: config.WAYBILL_RATE_SIGN_INS_PER_ACCOUNT,
    badCredentials: config.WAYBILL_RATE_BAD_CREDENTIALS,
  };
}
