import { z } from 'zod';

/** Where the issuers of ID tokens may be. */
export const oidcIssuersConfig = {
  WAYBILL_OIDC_ALLOWED_NETWORKS: z
    .string()
    .max(4000)
    .default('')
    .transform((text) => text.split(',').flatMap((entry) => entry.trim() || []))
    .describe(
      'Addresses, CIDR ranges and host names inside at which issuers of ID tokens may be, separated by commas; public addresses always may. Only host names that are named here are looked up in the machine’s files and search domains; others are asked of DNS in full.',
    ),
  WAYBILL_OIDC_ALLOW_HTTP: z
    .enum(['yes', 'no'])
    .default('no')
    .describe(
      'Whether issuers of ID tokens on this machine may be asked by http, for tests; all others are asked by https.',
    ),
};
