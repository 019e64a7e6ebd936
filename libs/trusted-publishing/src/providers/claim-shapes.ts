import { z } from 'zod';
import { maxClaimLength } from '../token-claims.js';

/** A text that the provider always writes; longer than any real one is malformed, too. */
export const text = z.string().min(1).max(maxClaimLength);
/** One that is there only sometimes; providers write null, or nothing between the quotes, for what there is not. */
export const optionalText = z.string().max(maxClaimLength).nullish();
/** `true` or `"true"`: providers do both. */
export const optionalFlag = z.union([z.boolean(), z.enum(['true', 'false', ''])]).nullish();
/** 12 or `"12"`: ids of runs are written both ways. */
export const optionalCount = z.union([z.int().nonnegative(), z.string().max(maxClaimLength)]).nullish();

/** What every ID token has (OpenID Connect Core §2), here checked for their types only; see `verifyTimes` and `verifyAudience`. */
const standard = {
  iss: text,
  sub: text,
  aud: z.union([text, z.array(text).max(100)]),
  exp: z.number(),
  iat: z.number(),
  nbf: z.number().nullish(),
};

/** Claims of a provider whose tokens have a `jti`, without which nothing could be claimed once (T4). */
export function claimsWithJti<T extends z.ZodRawShape>(shape: T) {
  return z.looseObject({ ...standard, jti: z.string().min(1).max(255), ...shape });
}

/** Claims of a provider whose tokens have none, or only sometimes. */
export function claimsWithoutJti<T extends z.ZodRawShape>(shape: T) {
  return z.looseObject({ ...standard, jti: z.string().max(255).nullish(), ...shape });
}
