import type { Principal, TokenHash, UserId } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import { LRUCache } from 'lru-cache';
import type { PresentedCredential } from './find-credential.js';

export interface Introspection {
  readonly principal: Principal | null;
  /** When the credential ends; null for never. */
  readonly expiresAt: string | null;
}

/** Where a credential was met. The user agent is what the client says of itself. */
export interface SeenFrom {
  readonly clientAddress: string;
  readonly userAgent: string;
}

/** Asks who a credential belongs to. Errors: `unavailable` while the answer cannot be had. */
export type Introspect = (credential: PresentedCredential, from: SeenFrom | undefined) => Promise<Introspection>;

export interface PrincipalCacheOptions {
  readonly introspect: Introspect;
  /** How long an answer is good without asking again. */
  readonly freshMs?: number;
  /** How long a known principal still reads while nobody can be asked. */
  readonly graceMs?: number;
  readonly maxEntries?: number;
  readonly now?: () => number;
}

interface Known {
  readonly principal: Principal | null;
  readonly askedAt: number;
  readonly endsAt: number;
}

const always = Number.POSITIVE_INFINITY;

/** Who credentials belong to, remembered for seconds, forgotten at once when told so (architecture.md §6). */
export class PrincipalCache {
  private readonly known: LRUCache<TokenHash, Known>;
  private readonly asking = new Map<TokenHash, Promise<Known>>();
  private readonly introspect: Introspect;
  private readonly freshMs: number;
  private readonly graceMs: number;
  private readonly now: () => number;
  /** Counts what was forgotten: an answer that was asked for before is not remembered after. */
  private forgotten = 0;
  private doubtedAt = Number.NEGATIVE_INFINITY;

  constructor(options: PrincipalCacheOptions) {
    this.introspect = options.introspect;
    this.freshMs = options.freshMs ?? 10_000;
    this.graceMs = options.graceMs ?? 300_000;
    this.now = options.now ?? Date.now;
    this.known = new LRUCache({ max: options.maxEntries ?? 10_000 });
  }

  /**
   * The principal, or null for an unknown, expired or revoked credential. With `mayBeStale` (reads), what was known
   * within the grace is good enough while `auth` is away. Errors: `unavailable`.
   */
  async resolve(
    credential: PresentedCredential,
    options: {
      readonly mayBeStale: boolean;
      /** Called before `auth` is asked about a credential that nobody vouched for yet; may refuse by throwing. */
      readonly beforeStranger?: () => void;
      /** Called only where `auth` is asked, which keeps where its tokens are used. */
      readonly seenFrom?: () => SeenFrom;
    },
  ): Promise<Principal | null> {
    const now = this.now();
    const known = this.known.get(credential.hash);
    if (known !== undefined && this.isFresh(known, now)) return ifNotEnded(known, now);
    if ((known?.principal ?? null) === null) options.beforeStranger?.();
    try {
      const answer = await this.ask(credential, options.seenFrom);
      const isRevoked = this.known.get(credential.hash)?.askedAt === always;
      return isRevoked ? null : ifNotEnded(answer, this.now());
    } catch (error) {
      if (!(error instanceof DomainError) || error.kind !== 'unavailable') throw error;
      // Looked up again: a revocation may have arrived while we waited for an answer that did not come.
      const still = this.known.get(credential.hash);
      const isGood =
        options.mayBeStale &&
        still !== undefined &&
        still.principal !== null &&
        this.now() - still.askedAt < this.graceMs;
      if (isGood) return ifNotEnded(still, this.now());
      throw error;
    }
  }

  /** What is known so well that nobody needs to be asked; undefined when somebody does. */
  recall(hash: TokenHash): Principal | null | undefined {
    const known = this.known.get(hash);
    if (known === undefined) return undefined;
    const now = this.now();
    return this.isFresh(known, now) ? ifNotEnded(known, now) : undefined;
  }

  /** News of changes may have been missed: everybody is asked about anew, and what was known serves only while nobody can be. */
  doubtAll(): void {
    this.forgotten += 1;
    this.asking.clear();
    this.doubtedAt = this.now();
  }

  /** A revoked token stays revoked: it is refused without asking, also while `auth` is away. */
  revokeCredential(hash: TokenHash): void {
    this.forgotten += 1;
    this.known.set(hash, { principal: null, askedAt: always, endsAt: always });
    this.asking.delete(hash);
  }

  forgetUser(userId: UserId): void {
    this.forgotten += 1;
    this.asking.clear();
    for (const [hash, { principal }] of this.known.entries()) {
      if (principal !== null && principal.kind !== 'anonymous' && principal.userId === userId) this.known.delete(hash);
    }
  }

  /** What anybody may do is not known any more; what was revoked stays so. */
  forgetAll(): void {
    this.forgotten += 1;
    this.asking.clear();
    for (const [hash, { askedAt }] of this.known.entries()) if (askedAt !== always) this.known.delete(hash);
  }

  private isFresh({ askedAt }: Known, now: number): boolean {
    return now - askedAt < this.freshMs && askedAt > this.doubtedAt;
  }

  private ask(credential: PresentedCredential, seenFrom: (() => SeenFrom) | undefined): Promise<Known> {
    const running = this.asking.get(credential.hash);
    if (running !== undefined) return running;
    const asked = this.askNow(credential, seenFrom?.()).finally(() => {
      if (this.asking.get(credential.hash) === asked) this.asking.delete(credential.hash);
    });
    this.asking.set(credential.hash, asked);
    return asked;
  }

  private async askNow(credential: PresentedCredential, from: SeenFrom | undefined): Promise<Known> {
    const askedAt = this.now();
    const forgottenBefore = this.forgotten;
    const { principal, expiresAt } = await this.introspect(credential, from);
    const endsAt = expiresAt === null ? always : Date.parse(expiresAt);
    const known: Known = { principal, askedAt, endsAt };
    if (this.forgotten === forgottenBefore) this.known.set(credential.hash, known);
    return known;
  }
}

function ifNotEnded(known: Known, now: number): Principal | null {
  return now < known.endsAt ? known.principal : null;
}
