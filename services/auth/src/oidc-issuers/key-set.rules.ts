import type { JWK } from 'jose';
import { z } from 'zod';

export type SigningKey = JWK & { readonly kid: string };

/** Keys that an issuer may have; those of providers have under ten. */
const maxKeys = 100;

const text = z.string().min(1).max(500);
/** A modulus of 2048 to 8192 bits and a small exponent, in base64url: what is larger costs whoever verifies with it. */
const rsa = z.object({ kty: z.literal('RSA'), n: z.string().min(342).max(1366), e: z.string().min(2).max(6) });
const ec = z.object({
  kty: z.literal('EC'),
  crv: z.enum(['P-256', 'P-384']),
  x: z.string().min(1).max(100),
  y: z.string().min(1).max(100),
});
const okp = z.object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string().min(1).max(100) });
const common = z.object({
  kid: text,
  alg: text.optional(),
  use: z.literal('sig').optional(),
  key_ops: z
    .array(text)
    .max(10)
    .refine((operations) => operations.includes('verify'))
    .optional(),
});
const signingKey = z.discriminatedUnion('kty', [
  z.object({ ...common.shape, ...rsa.shape }),
  z.object({ ...common.shape, ...ec.shape }),
  z.object({ ...common.shape, ...okp.shape }),
]);
const keySet = z.object({ keys: z.array(z.unknown()).max(maxKeys) });

/**
 * The keys of a JWK Set (RFC 7517 §5) that tokens can be verified with: public ones of a known kind, for signatures, that have a `kid`.
 * Only their members that are needed for that. Others are passed over; undefined for what is no key set.
 */
export function signingKeysIn(body: unknown): readonly SigningKey[] | undefined {
  const parsed = keySet.safeParse(body);
  if (!parsed.success) return undefined;
  return parsed.data.keys.flatMap((key) => {
    const usable = signingKey.safeParse(key);
    return usable.success ? [withoutUndefined(usable.data)] : [];
  });
}

function withoutUndefined(key: z.infer<typeof signingKey>): SigningKey {
  const { alg, use, key_ops: operations, ...rest } = key;
  return {
    ...rest,
    ...(alg === undefined ? {} : { alg }),
    ...(use === undefined ? {} : { use }),
    ...(operations === undefined ? {} : { key_ops: operations }),
  };
}

const discovered = z.object({ issuer: z.string(), jwks_uri: z.string().min(1).max(2000) });

/**
 * Where a discovery document (OpenID Connect Discovery §3) has the keys, or what is wrong with it in words for the log. It has to be the issuer's own, letter by
 * letter, and the keys at its origin or on a host of its provider's (pitfall 12).
 */
export function keysAddressIn(
  body: unknown,
  issuer: string,
  keyHosts: readonly string[],
): { readonly address: string } | { readonly wrong: string } {
  const parsed = discovered.safeParse(body);
  if (!parsed.success) return { wrong: 'the discovery document has no issuer or no jwks_uri' };
  const { issuer: own, jwks_uri: address } = parsed.data;
  if (own !== issuer) return { wrong: 'the discovery document is of another issuer' };
  const url = URL.parse(address);
  const home = URL.parse(issuer);
  if (url === null || home === null) return { wrong: 'the jwks_uri is no URL' };
  const isProviders = url.protocol === 'https:' && url.port === '' && keyHosts.includes(url.hostname);
  return url.origin === home.origin || isProviders ? { address } : { wrong: 'the jwks_uri is elsewhere' };
}

/** Where an issuer has its discovery document (OpenID Connect Discovery §4): a slash at the end of the issuer is not doubled. */
export function discoveryAddressOf(issuer: string): string {
  return `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
}
