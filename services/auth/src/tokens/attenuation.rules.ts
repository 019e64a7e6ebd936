import { DomainError } from '@waybill/domain';

/** How long a token made from a token lives when nobody says: one run of a pipeline. */
export const defaultTtlSeconds = 3600;

export interface AttenuatedLifetime {
  readonly now: Date;
  readonly expiresAt: Date | undefined;
  readonly ttlSeconds: number | undefined;
  /** When the token that asks ends. */
  readonly ceiling: Date;
}

/**
 * When a token made from a token ends. Throws `invalid` `token.expiry` for what is past or said twice, `forbidden`
 * `token.beyond-ceiling` for what is after the end of the token that asks.
 */
export function attenuatedExpiry({ now, expiresAt, ttlSeconds, ceiling }: AttenuatedLifetime): Date {
  if (expiresAt !== undefined && ttlSeconds !== undefined) {
    throw new DomainError('invalid', 'token.expiry', 'Either expiresAt or ttlSeconds says when a token ends.');
  }
  const inTime = (seconds: number) => new Date(now.getTime() + seconds * 1000);
  if (expiresAt === undefined && ttlSeconds === undefined) {
    return new Date(Math.min(inTime(defaultTtlSeconds).getTime(), ceiling.getTime()));
  }
  const wanted = expiresAt ?? inTime(ttlSeconds ?? 0);
  if (wanted <= now) throw new DomainError('invalid', 'token.expiry', 'A token expires in the future.');
  if (wanted > ceiling) {
    throw new DomainError('forbidden', 'token.beyond-ceiling', 'A token cannot make one that outlives it.');
  }
  return wanted;
}
