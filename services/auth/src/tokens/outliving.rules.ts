import { freshProofMilliseconds } from '../sessions/fresh-proof.rules.js';
import type { TokenEntity } from './token.entity.js';

type AskingToken = Pick<TokenEntity, 'kind' | 'parentId' | 'isLogin' | 'createdAt' | 'expiresAt'>;

/**
 * When what a token creates ends at the latest because that token ends; undefined where it does not matter (docs/adr/0042).
 * Only a login of the command line makes what outlives it: it stands for its person like a browser session.
 *
 * - For a service account or a repository: while the login works. A pipeline is set up minutes to days after it, and does not
 *   die with it.
 * - For oneself: as long as the sign-in counts as a fresh proof (security.md W7).
 *
 * Any other token is outlived by none that it makes, whoever that is for (A4): a short one would be prolonged for ever, and
 * revoking it would not end what came of it.
 */
export function ceilingOfAsking(asking: AskingToken, madeFor: 'oneself' | 'another', now: Date): Date | undefined {
  if (asking.kind !== 'personal' || asking.parentId !== null || !asking.isLogin) return asking.expiresAt;
  if (madeFor === 'another') return undefined;
  const isFresh = now.getTime() - asking.createdAt.getTime() < freshProofMilliseconds;
  return isFresh ? undefined : asking.expiresAt;
}

/** Why a token ends sooner than it would by default: the token that asked does, or a policy says so. */
export type Shortening = 'token' | 'policy';

/** Undefined for one that lives as long as was asked for, or by default. */
export function shorteningOf(
  expiresAt: Date,
  { now, wanted, defaultDays, ceiling }: ShortenedLifetime,
): Shortening | undefined {
  const isWhole = wanted !== undefined || expiresAt.getTime() >= now.getTime() + defaultDays * 86_400_000;
  if (isWhole) return undefined;
  return ceiling?.getTime() === expiresAt.getTime() ? 'token' : 'policy';
}

interface ShortenedLifetime {
  readonly now: Date;
  readonly wanted: Date | undefined;
  readonly defaultDays: number;
  readonly ceiling: Date | undefined;
}
