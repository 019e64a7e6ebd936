import type { ServerResponse } from 'node:http';
import { DomainError } from '@waybill/domain';
import { windowMs } from './rate-buckets.js';

const code = 'rate.limited';

/** The refusal of a request whose budget is spent: 429 with Retry-After, in the dialect of the service it was for. */
export function rateLimited(policy: string, perMinute: number, waitMs: number): DomainError {
  return new DomainError('limit', code, 'Too many requests; wait a moment and try again.', {
    retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1000)),
    details: { policy, limit: perMinute, windowSeconds: windowMs / 1000 },
  });
}

/** `RateLimit-Policy` and `RateLimit` of such a refusal (draft-ietf-httpapi-ratelimit-headers-10, 3 and 4). */
export function setRateLimitHeaders(response: ServerResponse, error: DomainError): void {
  if (error.code !== code) return;
  const { policy, limit, windowSeconds } = error.details;
  if (typeof policy !== 'string') return;
  response.setHeader('ratelimit-policy', `"${policy}";q=${String(limit)};w=${String(windowSeconds)}`);
  response.setHeader('ratelimit', `"${policy}";r=0;t=${String(error.retryAfterSeconds ?? 0)}`);
}
