import type { IncomingHttpHeaders } from 'node:http';
import type { PackageVisibility, RepositoryVisibility } from '@waybill/contracts';
import type { Resource } from '@waybill/domain';
import type { EdgeDescription, EdgeDirectory } from '@waybill/edge';
import { pathOf } from '@waybill/edge';
import { credentialHeaders } from '../credentials/find-credential.js';
import { loggablePath } from '../listener/access-log.js';
import { BoundedStore } from './bounded-store.js';
import type { CachedAnswer } from './cached-answer.js';
import { isSameAnswer } from './cached-answer.js';
import type { CachedTarget, CacheEntry, Kept } from './cached-target.js';
import {
  dropLeastUsed,
  keysOf,
  packageKey,
  repositoryKey,
  sameValues,
  tagOf,
  tagsOf,
  varyOf,
  weightOf,
} from './cached-target.js';
import { held, type HeldBody } from './held-body.js';
import { KnownVisibility } from './known-visibility.js';
import type { FillStart } from './purge-memory.js';
import { PurgeMemory } from './purge-memory.js';
import { hasVariantValues, variantNames, variantValues } from './request-variant.js';
import { TagIndex } from './tag-index.js';

export interface CacheLimits {
  readonly maxBytes: number;
  /** How long an answer is given without asking its service again: what a lost purge can do at most. */
  readonly freshMs: number;
  /** The same for what is not there, and for what never changes. */
  readonly freshNegativeMs: number;
  readonly freshImmutableMs: number;
  /** How long an answer may be given while its service is away. */
  readonly staleMs: number;
  readonly maxVariants: number;
}

export const defaultCacheLimits: CacheLimits = {
  maxBytes: 128 * 1024 * 1024,
  freshMs: 30_000,
  freshNegativeMs: 10_000,
  freshImmutableMs: 300_000,
  staleMs: 3_600_000,
  maxVariants: 8,
};

export interface CacheKey {
  /** The raw target, as the client sent it. */
  readonly target: string;
  /** Documents have addresses in them: those that this client uses. */
  readonly externalUrl: string;
  readonly headers: IncomingHttpHeaders;
}

const largestShare = 4;
const maxBodyBytes = 8 * 1024 * 1024;

/**
 * Answers and small blobs in bounded memory. Keys: the target, the address of the installation, and what the request has
 * in the header fields that the answer's `Vary` names. It decides nothing about who may see an entry.
 */
export class EdgeCache {
  private readonly kept: BoundedStore<Kept>;
  private readonly tags = new TagIndex();
  private readonly purges = new PurgeMemory();
  private readonly visibility = new KnownVisibility();

  constructor(
    private readonly directory: Pick<EdgeDirectory, 'route' | 'revision'>,
    private readonly limits: CacheLimits = defaultCacheLimits,
    /** Milliseconds on a clock that never goes back. */
    readonly now: () => number = () => performance.now(),
  ) {
    this.kept = new BoundedStore({
      maxWeight: Math.max(1, limits.maxBytes),
      weightOf: weightOf,
      onLeave: (key, value) => {
        if ('entries' in value) this.tags.remove(key, tagsOf(value));
      },
    });
  }

  /** Bytes, by estimate. */
  get bytes(): number {
    return this.kept.weight;
  }

  get isEnabled(): boolean {
    return this.limits.maxBytes > 0;
  }

  /** Larger bodies are not held in memory. */
  get maxBodyBytes(): number {
    return Math.min(maxBodyBytes, Math.floor(this.limits.maxBytes / largestShare / 2));
  }

  /** What bodies may take together while they are being read. */
  get maxReadingBytes(): number {
    return Math.floor(this.limits.maxBytes / 2);
  }

  /** What is kept for such a request, fresh or not, whoever asks. */
  find(key: CacheKey): CacheEntry | undefined {
    const found = this.kept.get(key.target);
    if (found === undefined || !('entries' in found)) return undefined;
    if (found.revision !== this.directory.revision && !this.isStillOwned(found)) return undefined;
    const { names, entries } = found;
    for (const entry of entries) {
      if (entry.externalUrl === key.externalUrl && hasVariantValues(key.headers, names, entry.values)) {
        entry.uses += 1;
        return entry;
      }
    }
    return undefined;
  }

  isFresh({ answer, storedAt }: CacheEntry, now = this.now()): boolean {
    return now - storedAt < freshMsOf(answer, this.limits);
  }

  /** Whether it may be given while its service is away. What was not there may be there by now. */
  mayBeStale({ answer, storedAt }: CacheEntry): boolean {
    return answer.status === 200 && this.now() - storedAt < this.limits.staleMs;
  }

  /** Seconds that it has been stale. */
  staleSeconds({ answer, storedAt }: CacheEntry): number {
    return Math.max(0, Math.round((this.now() - storedAt - freshMsOf(answer, this.limits)) / 1000));
  }

  beginFill(): FillStart {
    return this.purges.begin();
  }

  /** Keeps an answer unless one of its tags was purged since the fill began, or requests like this cannot be told apart. */
  store(key: CacheKey, answer: CachedAnswer, fill: { description: EdgeDescription; start: FillStart }): boolean {
    const { description, start } = fill;
    const keys = keysOf(description.service, answer);
    if (!this.isEnabled || this.purges.isOvertaken(start, keys)) return false;
    const names = variantNames(varyOf(answer), credentialHeaders(description.credentials));
    const values = names && variantValues(key.headers, names);
    if (names === undefined || values === undefined) return false;
    if (answer.weight > this.limits.maxBytes / largestShare) return false;
    const target = this.targetFor(key.target, description, names);
    this.tags.remove(target.key, tagsOf(target));
    let uses = 0;
    const kept = target.entries.findIndex(
      (entry) => entry.externalUrl === key.externalUrl && sameValues(entry.values, values),
    );
    const [before] = kept === -1 ? [] : target.entries.splice(kept, 1);
    if (before !== undefined) uses = before.uses;
    else if (target.entries.length >= this.limits.maxVariants) dropLeastUsed(target.entries);
    const same = target.entries.find(
      (entry) => entry.externalUrl === key.externalUrl && isSameAnswer(entry.answer, answer),
    );
    target.entries.push({
      target,
      externalUrl: key.externalUrl,
      values,
      answer: same?.answer ?? answer,
      storedAt: this.now(),
      retryAt: 0,
      uses,
    });
    this.tags.add(target.key, tagsOf(target));
    this.kept.set(target.key, target);
    return true;
  }

  bytesOf(digest: string): HeldBody | undefined {
    const found = this.kept.get(digest);
    return found !== undefined && 'bytes' in found ? found.bytes : undefined;
  }

  storeBytes(digest: string, bytes: Buffer): void {
    if (this.isEnabled) this.kept.set(digest, { bytes: held(bytes) });
  }

  /** Forgets what a service keeps under these tags, and what is being asked for now. */
  purge(service: string, tags: readonly string[]): void {
    this.drop(tags.map((tag) => tagOf(service, tag)));
  }

  /** Others may see the repository from now on: forgets every answer about it, whichever service gave it. */
  changeVisibility(news: RepositoryVisibility): void {
    if (this.visibility.learn(news)) this.drop([repositoryKey(news.repositoryId)]);
  }

  /** The same for one package. */
  changePackageVisibility(news: PackageVisibility): void {
    if (this.visibility.learnOfPackage(news)) this.drop([packageKey(news.repositoryId, news.packagePurl)]);
  }

  /** What an answer is about, as far as this gateway knows better than the service that gave it. */
  resourceNow(resource: Resource): Resource {
    return this.visibility.now(resource);
  }

  /** Whether it is in a repository that is deleted, though the service that answers may not know that yet. */
  isDeleted(resource: Resource): boolean {
    return this.visibility.isDeleted(resource);
  }

  /** Forgets all answers, since purges may have been missed. Bytes go by their digest and stay. */
  forgetAnswers(): void {
    this.purges.purgedAll();
    this.visibility.forget();
    for (const key of this.kept.keys()) {
      const value = this.kept.peek(key);
      if (value !== undefined && 'entries' in value) this.kept.delete(key);
    }
  }

  /** Lets go of everything. */
  close(): void {
    this.kept.clear();
  }

  private drop(keys: readonly string[]): void {
    this.purges.purged(keys);
    for (const key of keys) for (const target of this.tags.of(key)) this.kept.delete(target);
  }

  private targetFor(key: string, description: EdgeDescription, names: readonly string[]): CachedTarget {
    const found = this.kept.peek(key);
    const isUsable =
      found !== undefined &&
      'entries' in found &&
      found.description.service === description.service &&
      sameValues(found.names, names);
    if (isUsable) {
      found.description = description;
      return found;
    }
    // Answers that vary by other fields than before: what was kept cannot be told apart by the new ones.
    if (found !== undefined) this.kept.delete(key);
    return { key, loggedPath: loggablePath(key), description, revision: this.directory.revision, names, entries: [] };
  }

  /** After services came, went or changed: whether the same one still owns the target. */
  private isStillOwned(target: CachedTarget): boolean {
    const owner = this.directory.route('GET', pathOf(target.key))?.description;
    if (owner === undefined || owner.service !== target.description.service) {
      this.kept.delete(target.key);
      return false;
    }
    target.description = owner;
    target.revision = this.directory.revision;
    return true;
  }
}

function freshMsOf(answer: CachedAnswer, limits: CacheLimits): number {
  if (answer.status === 404) return limits.freshNegativeMs;
  return answer.immutable ? limits.freshImmutableMs : limits.freshMs;
}
