import type { BlobStore } from '@waybill/blob-storage';
import type { Principal } from '@waybill/domain';
import { can, decisionOnMissing, DomainError, refusal } from '@waybill/domain';
import type { EdgeDescription, EdgeReply } from '@waybill/edge';
import { LRUCache } from 'lru-cache';
import type { BusPulse } from './bus-pulse.js';
import { collapsed, filled, hit, missed, refreshed, servedStale } from './cache-status.js';
import type { CacheMeter } from './cache-meter.js';
import type { CachedAnswer } from './cached-answer.js';
import type { CacheEntry } from './cached-target.js';
import type { CacheKey, EdgeCache } from './edge-cache.js';
import { Filling } from './fill.js';
import { replyAsKnown } from './reply-as-known.js';

export interface ReadThroughParts {
  readonly cache: EdgeCache;
  readonly pulse: Pick<BusPulse, 'isHeard'>;
  readonly meter: CacheMeter;
  readonly store: BlobStore;
}

export interface CacheableRead extends CacheKey {
  readonly description: EdgeDescription;
  readonly principal: Principal;
  readonly requestId: string;
  /** False for a HEAD, whose answer says too little to be kept. */
  readonly isWhole: boolean;
  /**
   * Asks the service; `whole`: with a GET, without conditions. For at most so long, when given. Errors: `unavailable`.
   */
  readonly ask: (whole: boolean, timeoutMs: number | undefined) => Promise<EdgeReply>;
}

interface Answered {
  readonly kind: 'answer';
  readonly answer: CachedAnswer;
  readonly cacheStatus: string;
}

/** What to send: a kept answer, or a reply that is nobody else's. */
export type ReadResult = Answered | { readonly kind: 'reply'; readonly reply: EdgeReply; readonly cacheStatus: string };

const maxPassed = 10_000;
const passMs = 60_000;
const retryAfterMs = 1000;
/** How long a service may take before its client gets what is kept instead. */
const staleTimeoutMs = 3000;
const deafTimeoutMs = 300;
/** How long a request waits for somebody else's answer before it asks itself. */
const patienceMs = 5000;

/** Reads through the cache: one question to the service for many that ask the same at the same time. */
export class ReadThrough {
  private readonly fills = new Map<string, Promise<undefined>>();
  /** Targets whose answers cannot be kept: nobody waits for somebody else's. */
  private readonly passed = new LRUCache<string, true>({ max: maxPassed, ttl: passMs });

  private readonly filling: Filling;

  constructor(private readonly parts: ReadThroughParts) {
    this.filling = new Filling(parts.cache, parts.store);
  }

  /**
   * How an entry may be given to this principal now, without asking anybody, as `Cache-Status`. What a principal may not
   * read is as if it were not kept: the service words the refusal (security.md A9).
   */
  use(entry: CacheEntry, principal: Principal): string | undefined {
    if (!maySee(principal, entry)) return undefined;
    const { cache, pulse, meter } = this.parts;
    const now = cache.now();
    if (cache.isFresh(entry, now) && (entry.answer.immutable || pulse.isHeard)) {
      meter.hits += 1;
      return hit;
    }
    if (entry.retryAt <= now || !cache.mayBeStale(entry)) return undefined;
    meter.stale += 1;
    return servedStale(cache.staleSeconds(entry));
  }

  /** Errors: those of `ask`, and of the store when the bytes of an answer cannot be had. */
  async read(request: CacheableRead): Promise<ReadResult> {
    const known = this.recall(request);
    if (known !== undefined) return known;
    const flight = `${request.externalUrl} ${request.target}`;
    const running = this.fills.get(flight);
    if (running !== undefined) {
      await orLate(running);
      const after = this.recall(request);
      if (after !== undefined) return after.cacheStatus === hit ? { ...after, cacheStatus: collapsed } : after;
      return this.ask(request);
    }
    if (this.isPassed(request)) return this.ask(request);
    const done = Promise.withResolvers<undefined>();
    this.fills.set(flight, done.promise);
    try {
      return await this.ask(request);
    } finally {
      this.fills.delete(flight);
      done.resolve(undefined);
    }
  }

  private async ask(request: CacheableRead): Promise<ReadResult> {
    const { cache, pulse, meter } = this.parts;
    const start = cache.beginFill();
    const found = cache.find(request);
    const old = found !== undefined && maySee(request.principal, found) ? found : undefined;
    const canFallBack = old !== undefined && cache.mayBeStale(old);
    let reply: EdgeReply;
    try {
      const whole = old !== undefined || !this.isPassed(request);
      const said = await request.ask(whole, canFallBack ? (pulse.isHeard ? staleTimeoutMs : deafTimeoutMs) : undefined);
      reply = replyAsKnown(said, (resource) => cache.resourceNow(resource));
    } catch (error) {
      const stale = canFallBack && isUnavailable(error) ? this.fallBack(request) : undefined;
      if (stale === undefined) throw error;
      return stale;
    }
    meter.misses += 1;
    const answer = await this.filling.answerFrom(reply, request.requestId);
    await this.requireReadable(request.principal, reply, answer);
    if (answer === undefined) {
      // A refusal says nothing about what others get.
      if (reply.status < 400) this.passed.set(request.target, true);
      return { kind: 'reply', reply, cacheStatus: missed };
    }
    const isStored = cache.store(request, answer, { description: request.description, start });
    const stored = old === undefined ? filled : refreshed;
    return { kind: 'answer', answer, cacheStatus: isStored ? stored : missed };
  }

  /** Whether the answer will not be kept, whatever it is. */
  private isPassed({ target, isWhole }: CacheableRead): boolean {
    return !isWhole || !this.parts.cache.isEnabled || this.passed.has(target);
  }

  private recall(request: CacheableRead): Answered | undefined {
    const entry = this.parts.cache.find(request);
    const cacheStatus = entry && this.use(entry, request.principal);
    return entry === undefined || cacheStatus === undefined
      ? undefined
      : { kind: 'answer', answer: entry.answer, cacheStatus };
  }

  /** What was purged while the service was asked is gone. */
  private fallBack(request: CacheableRead): Answered | undefined {
    const { cache } = this.parts;
    const old = cache.find(request);
    if (old !== undefined) old.retryAt = cache.now() + retryAfterMs;
    return this.recall(request);
  }

  /** After the last thing that was waited for (security.md A9). Errors: those of what may not be seen. */
  private async requireReadable(
    principal: Principal,
    { cache: hint, about = hint?.resource, body }: EdgeReply,
    answer: CachedAnswer | undefined,
  ): Promise<void> {
    if (about === undefined) return;
    const { cache } = this.parts;
    const decision = cache.isDeleted(about)
      ? decisionOnMissing(principal)
      : can(principal, 'read', cache.resourceNow(about));
    if (decision.allowed) return;
    if (answer === undefined && body.kind === 'staged') await this.parts.store.discardStaged(body.staged.key);
    throw refusal(decision, 'What you asked for');
  }
}

function maySee(principal: Principal, { answer }: CacheEntry): boolean {
  return answer.isPublic || can(principal, 'read', answer.resource).allowed;
}

async function orLate(fill: Promise<unknown>): Promise<void> {
  const late = Promise.withResolvers<undefined>();
  const timer = setTimeout(late.resolve, patienceMs, undefined);
  await Promise.race([fill, late.promise]);
  clearTimeout(timer);
}

function isUnavailable(error: unknown): boolean {
  return error instanceof DomainError && error.kind === 'unavailable';
}
