import type { GatewayConfig } from '../config.js';
import type { ListenerLimits } from './listener-limits.js';
import { defaultLimits } from './listener-limits.js';

export function limitsOf(config: GatewayConfig): ListenerLimits {
  return {
    ...defaultLimits,
    maxConnections: config.WAYBILL_MAX_CONNECTIONS,
    maxConcurrentRequests: config.WAYBILL_MAX_REQUESTS,
    requestTimeoutMs: config.WAYBILL_REQUEST_TIMEOUT_SECONDS * 1000,
    readTimeoutMs: config.WAYBILL_READ_TIMEOUT_SECONDS * 1000,
    writeTimeoutMs: config.WAYBILL_WRITE_TIMEOUT_SECONDS * 1000,
  };
}
