import { z } from 'zod';
import { defaultRateLimits } from './rate-limits.js';

/** The largest budget: enough to be none, and still counted. */
const most = 1_000_000_000;

/** The part of the gateway's settings that bounds how often clients may ask. */
export const rateLimitConfig = {
  WAYBILL_RATE_ANONYMOUS_READS: perMinute(
    defaultRateLimits.anonymousReads,
    'Reads per minute of all callers without a credential at one address (IPv6: one /64)',
  ),
  WAYBILL_RATE_ANONYMOUS_WRITES: perMinute(
    defaultRateLimits.anonymousWrites,
    'Other requests per minute of all callers without a credential at one address, such as audits of installs',
  ),
  WAYBILL_RATE_READS: perMinute(
    defaultRateLimits.reads,
    'Reads per minute of one signed-in person, all tokens and sessions together',
  ),
  WAYBILL_RATE_WRITES: perMinute(
    defaultRateLimits.writes,
    'Other requests per minute of one signed-in person, all tokens and sessions together',
  ),
  WAYBILL_RATE_SIGN_INS: perMinute(defaultRateLimits.signIns, 'Attempts to sign in per minute from one address'),
  WAYBILL_RATE_SIGN_INS_PER_ACCOUNT: perMinute(
    defaultRateLimits.signInsPerAccount,
    'Attempts to sign in per minute from one address to one account',
  ),
  WAYBILL_RATE_BAD_CREDENTIALS: perMinute(
    defaultRateLimits.badCredentials,
    'Credentials that are not valid, per minute from one address, before unknown ones from there are refused unseen',
  ),
};

function perMinute(byDefault: number, what: string) {
  return z.coerce
    .number()
    .int()
    .min(0)
    .max(most)
    .default(byDefault)
    .describe(`${what}; each gateway counts, 0 for no limit.`);
}
