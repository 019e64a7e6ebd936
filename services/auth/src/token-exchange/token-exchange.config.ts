import { z } from 'zod';

/** How often tokens of CIs are exchanged. */
export const tokenExchangeConfig = {
  WAYBILL_OIDC_EXCHANGES_PER_MINUTE: perMinute(
    600,
    'Exchanges of ID tokens per minute from one address, and of one project of a CI',
  ),
  WAYBILL_OIDC_FAILURES_PER_MINUTE: perMinute(
    60,
    'Exchanges of ID tokens per minute that may fail from one address, or of one project of a CI whose tokens verify, before all from there have to wait',
  ),
};

function perMinute(byDefault: number, what: string) {
  return z.coerce
    .number()
    .int()
    .min(0)
    .max(100_000)
    .default(byDefault)
    .describe(`${what}; each replica counts, 0 for no limit.`);
}
