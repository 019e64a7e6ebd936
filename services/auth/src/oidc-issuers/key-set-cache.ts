import type { ProviderName } from '@waybill/trusted-publishing';
import type { CompactVerifyGetKey } from 'jose';
import { createLocalJWKSet } from 'jose';
import { LRUCache } from 'lru-cache';
import { issuerUnavailable, signatureWrong } from './id-token.errors.js';
import type { FetchSlots } from './fetch-slots.js';
import type { SigningKey } from './key-set.rules.js';

/** Where the keys of an issuer come from. */
export interface KeySource {
  readonly url: string;
  readonly provider: ProviderName;
  readonly jwksUri: string | null;
}

/** Fetches keys, at least one; throws where there are none to be had. */
type ReadKeys = (source: KeySource) => Promise<readonly SigningKey[]>;

interface KeySet {
  readonly kids: ReadonlySet<string>;
  readonly choose: CompactVerifyGetKey;
  readonly readAt: number;
}

interface Entry {
  set: KeySet | undefined;
  /** Attempts that failed since the last that did not. */
  failures: number;
  nextAttemptAt: number;
  attempt: Promise<void> | undefined;
}

const seconds = 1000;
/** From this age on a set is read again while the old one is used. */
const softAge = 300 * seconds;
/** From this age on nobody waits for less than a new set: a key that the issuer took back works no longer (T7). */
const hardAge = 600 * seconds;
/** For how long the last set is used while its issuer cannot be reached (T7). */
const outageAge = 24 * 3600 * seconds;
/** A key that is not in the set makes nobody ask again sooner (T7). */
const cooldown = 60 * seconds;
/** After the first failure of an issuer whose keys nobody has; doubled with each other one, up to the cooldown. */
const firstPause = 5 * seconds;
const maxEntries = 2000;

/**
 * The keys of issuers of everybody, by where they come from; those of organizations are in `OidcKeySets`. Per source one attempt at
 * a time, and seldom; of one that hangs, fails or has no keys, the others notice nothing.
 */
export class KeySetCache {
  readonly #entries = new LRUCache<string, Entry>({ max: maxEntries });

  constructor(
    private readonly read: ReadKeys,
    private readonly slots: FetchSlots,
    private readonly now: () => number = Date.now,
  ) {}

  /**
   * The keys with one of this `kid` among them. Throws `unavailable` `oidc.issuer-unavailable` where there are none to be had,
   * `unauthenticated` `oidc.signature-wrong` where the issuer has no such key.
   */
  async find(source: KeySource, kid: string): Promise<CompactVerifyGetKey> {
    const entry = this.#entryOf(source);
    const known = usable(entry, this.now());
    if (known?.kids.has(kid) === true) {
      const age = this.now() - known.readAt;
      if (age < softAge) return known.choose;
      const attempt = this.#attempt(entry, source);
      // While an issuer is out nobody waits for it but the first who noticed.
      if (age >= hardAge && entry.failures === 0) await attempt;
    } else {
      await this.#attempt(entry, source);
    }
    const set = usable(entry, this.now());
    if (set?.kids.has(kid) === true) return set.choose;
    // Nobody knows what keys an issuer has that does not answer.
    if (set === undefined || entry.failures > 0) throw issuerUnavailable(this.#secondsUntilNext(entry));
    throw signatureWrong('the issuer has no key of its kid');
  }

  #attempt(entry: Entry, source: KeySource): Promise<void> {
    if (entry.attempt !== undefined) return entry.attempt;
    if (this.now() < entry.nextAttemptAt) return Promise.resolve();
    const slot = this.slots.take('all');
    if (slot === undefined) return Promise.resolve();
    const attempt = this.#readInto(entry, source).finally(() => {
      slot.release();
      entry.attempt = undefined;
    });
    entry.attempt = attempt;
    return attempt;
  }

  async #readInto(entry: Entry, source: KeySource): Promise<void> {
    try {
      const keys = await this.read(source);
      entry.set = {
        kids: new Set(keys.map(({ kid }) => kid)),
        choose: createLocalJWKSet({ keys: [...keys] }),
        readAt: this.now(),
      };
      entry.failures = 0;
      entry.nextAttemptAt = this.now() + cooldown;
    } catch {
      // Whoever reads has written down why.
      entry.failures += 1;
      const pause = entry.set === undefined ? firstPause * 2 ** Math.min(entry.failures - 1, 10) : cooldown;
      entry.nextAttemptAt = this.now() + Math.min(pause, cooldown);
    }
  }

  #entryOf({ url, provider, jwksUri }: KeySource): Entry {
    const key = JSON.stringify([url, provider, jwksUri]);
    const known = this.#entries.get(key);
    if (known !== undefined) return known;
    const entry: Entry = { set: undefined, failures: 0, nextAttemptAt: 0, attempt: undefined };
    this.#entries.set(key, entry);
    return entry;
  }

  #secondsUntilNext({ nextAttemptAt }: Entry): number {
    return Math.max(1, Math.ceil((nextAttemptAt - this.now()) / seconds));
  }
}

function usable({ set }: Entry, now: number): KeySet | undefined {
  return set !== undefined && now - set.readAt < outageAge ? set : undefined;
}
