import type { z } from 'zod';
import type { CaseRule } from '../case-rule.js';
import type { ProviderName } from '../provider-name.js';
import type { ReleasePath } from '../release-path.js';
import type { SigningAlgorithm } from '../signing-algorithms.js';
import type { ClaimValue, TokenClaims } from '../token-claims.js';

/** An id, and the name that somebody else can have after it was given up (pitfall 2, T8). */
export interface Identity {
  /** The claim that is the id. Unique within one issuer only. */
  readonly id: string;
  /** The claim that is the name of the same thing. */
  readonly of: string;
  /** Other names that say which thing it is, too: a repository's name says its owner. */
  readonly within?: readonly string[];
  /** Where its release path has the id, if it does. */
  readonly inPath?: 'repositoryId' | 'ownerId';
}

/** What Waybill knows of one kind of issuer. All of it is data and pure functions. */
export interface ProviderProfile {
  readonly name: ProviderName;
  readonly title: string;
  /** Issuers that need no registration of their own, as everybody has the same. */
  readonly publicIssuers: readonly string[];
  /**
   * The issuer's exact URL for what an administrator has configured (the issuer itself, or the address of the server), or
   * undefined if no issuer of this provider can have it. Only HTTPS; on the loopback HTTP and any host, for tests.
   */
  issuerOf(configured: string): string | undefined;
  /** Hosts besides the issuer's own that its `jwks_uri` may be on (pitfall 12). */
  readonly keyHosts?: readonly string[];
  /** The claims that it reads. What is malformed here is a token of somebody else. */
  readonly claims: z.ZodType<Record<string, unknown>>;
  /** Claims that are taken out of others once, so that conditions are plain comparisons: the file in `workflow_ref`. */
  derive?(claims: TokenClaims): Readonly<Record<string, ClaimValue | undefined>>;
  readonly identities: readonly Identity[];
  /** Claims that are names, and how they are compared. All others are compared exactly. */
  readonly names: Readonly<Record<string, CaseRule>>;
  /**
   * What every rule has to have exact conditions on, one of these sets in full: so that it is somebody's own, and found through an
   * index. The narrowest set first. `any`: one exact condition on whatever claim.
   */
  readonly anchors: readonly (readonly string[])[] | 'any';
  /** Claims that every rule needs a condition on besides, because without one it would also trust strangers. */
  readonly requires?: readonly string[];
  /** The claim that an environment of a rule is compared with. */
  readonly environmentClaim?: string;
  /** Events that strangers can start, with the identity of the repository. They never match, whatever a rule says (T9). */
  readonly untrustedEvents: readonly string[];
  /** Why no rule should trust this token, in one sentence; undefined if nothing speaks against it. */
  distrust?(claims: TokenClaims): string | undefined;
  /** What is claimed once per token: its `jti`, or a hash where the issuer has none. */
  readonly replayKey: 'jti' | 'token-hash';
  /** `fixed`: every relying party gets the same audience and could replay it here; only an administrator may allow that. */
  readonly audience: 'free' | 'fixed';
  /** The audience of a provider where it is fixed. */
  readonly fixedAudience?: string;
  /** Since `iat`, whatever `exp` says. */
  readonly maximumAgeSeconds: number;
  readonly algorithms: readonly SigningAlgorithm[];
  releasePath(claims: TokenClaims): ReleasePath;
}
