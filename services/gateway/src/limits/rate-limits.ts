import type { Principal, ReleasePath } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import { addressKey } from './address-key.js';
import { RateBuckets, type RateBucketsOptions } from './rate-buckets.js';
import { rateLimited } from './rate-limited.js';

/** Requests per minute; 0 for no limit. */
export interface RateLimitSettings {
  /** Per client address, of callers without a credential. */
  readonly anonymousReads: number;
  readonly anonymousWrites: number;
  /** Per person, whatever tokens and sessions that person uses (security.md A11); and per project of a CI, whose tokens are nobody's. */
  readonly reads: number;
  readonly writes: number;
  /** Per client address. */
  readonly signIns: number;
  /** Per client address and account, never per account alone: nobody can lock out somebody else (security.md W4). */
  readonly signInsPerAccount: number;
  /** Credentials that turned out not to be valid, per client address. */
  readonly badCredentials: number;
}

export const defaultRateLimits: RateLimitSettings = {
  anonymousReads: 30_000,
  anonymousWrites: 3_000,
  reads: 60_000,
  writes: 6_000,
  signIns: 120,
  signInsPerAccount: 20,
  badCredentials: 600,
};

const mostSignIns = 20_000;

/**
 * What clients may ask for per minute at this gateway; several gateways count each for itself. Every method takes from a
 * budget or throws `limit` `rate.limited`, before anybody else is troubled with the request.
 */
export class RateLimits {
  private readonly anonymousReads: RateBuckets;
  private readonly anonymousWrites: RateBuckets;
  private readonly reads: RateBuckets;
  private readonly writes: RateBuckets;
  private readonly signIns: RateBuckets;
  private readonly signInsPerAccount: RateBuckets;
  private readonly badCredentials: RateBuckets;

  constructor(settings: RateLimitSettings, clock: Pick<RateBucketsOptions, 'now'> = {}) {
    const { anonymousReads, anonymousWrites, reads, writes, signIns, signInsPerAccount, badCredentials } = settings;
    this.anonymousReads = new RateBuckets({ name: 'anonymous-reads', perMinute: anonymousReads, ...clock });
    this.anonymousWrites = new RateBuckets({ name: 'anonymous-writes', perMinute: anonymousWrites, ...clock });
    this.reads = new RateBuckets({ name: 'reads', perMinute: reads, ...clock });
    this.writes = new RateBuckets({ name: 'writes', perMinute: writes, ...clock });
    this.signIns = new RateBuckets({ name: 'sign-ins', perMinute: signIns, maxKeys: mostSignIns, ...clock });
    this.signInsPerAccount = new RateBuckets({
      name: 'sign-ins-per-account',
      perMinute: signInsPerAccount,
      maxKeys: mostSignIns,
      ...clock,
    });
    this.badCredentials = new RateBuckets({ name: 'bad-credentials', perMinute: badCredentials, ...clock });
  }

  /** One GET, HEAD or OPTIONS; also of what the cache answers, so it is cheap. */
  takeRead(principal: Principal, address: string): void {
    if (principal.kind === 'anonymous') take(this.anonymousReads, addressKey(address));
    else take(this.reads, callerKey(principal));
  }

  takeWrite(principal: Principal, address: string): void {
    if (principal.kind === 'anonymous') take(this.anonymousWrites, addressKey(address));
    else take(this.writes, callerKey(principal));
  }

  /** `account`: what the request names openly; undefined when its name is in the body, which nobody has read yet. */
  takeSignIn(address: string, account: string | undefined): void {
    const key = addressKey(address);
    const sender = account === undefined ? undefined : `${key} ${account}`;
    // A refusal takes from neither: one account's guesses leave the address its other sign-ins.
    if (sender !== undefined) refuseAfter(this.signInsPerAccount, this.signInsPerAccount.look(sender));
    take(this.signIns, key);
    if (sender !== undefined) take(this.signInsPerAccount, sender);
  }

  /** Before anybody is asked about a credential that is not known yet. */
  requireFewBadCredentials(address: string): void {
    refuseAfter(this.badCredentials, this.badCredentials.look(addressKey(address)));
  }

  /** To be told of every error of authentication; counts those that say that the credential is not valid. */
  noteRefusal(address: string, error: unknown): void {
    if (error instanceof DomainError && error.kind === 'unauthenticated') this.badCredentials.take(addressKey(address));
  }
}

function take(budget: RateBuckets, sender: string): void {
  refuseAfter(budget, budget.take(sender));
}

function refuseAfter(budget: RateBuckets, waitMs: number): void {
  if (waitMs > 0) throw rateLimited(budget.name, budget.perMinute, waitMs);
}

/**
 * All tokens of trusted publishers of a provider stand for one account: nobody's jobs are to use up what other people's have. Of several
 * organizations the first may be a stranger, who reads the tokens of the issuer so that they name no project: any other path does then.
 */
function callerKey(principal: Exclude<Principal, { kind: 'anonymous' }>): string {
  if (principal.kind !== 'token' || principal.publisher === undefined) return principal.userId;
  const { publisherId, path, otherPaths = {} } = principal.publisher;
  const paths = [path, ...Object.values(otherPaths)];
  const { issuer, repositoryId, repository } = paths.find(namesProject) ?? path;
  return `project ${issuer} ${repositoryId ?? repository ?? publisherId}`;
}

function namesProject({ repositoryId, repository }: ReleasePath): boolean {
  return repositoryId !== undefined || repository !== undefined;
}
