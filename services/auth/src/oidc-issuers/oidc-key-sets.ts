import type { CompactVerifyGetKey } from 'jose';
import { createLocalJWKSet } from 'jose';
import { LRUCache } from 'lru-cache';
import type { FetchSlots } from './fetch-slots.js';
import { issuerUnavailable } from './id-token.errors.js';
import type { KeySource } from './key-set-cache.js';
import type { SigningKey } from './key-set.rules.js';
import type { OidcKeySetEntity } from './oidc-key-set.entity.js';
import { isTooOld, isUsable, isUseNews, nextAttempt, nextReading } from './oidc-key-set.rules.js';
import type { KeySetId, OidcKeySetsRepository } from './oidc-key-sets.repository.js';
import type { IssuerReach } from './verified-id-token.js';

type KeySetStore = Pick<OidcKeySetsRepository, 'ofUrl' | 'find' | 'succeeded' | 'failed' | 'used'>;
type ReadKeys = (source: KeySource) => Promise<readonly SigningKey[]>;

/** Sets whose keys are imported already. */
const maxImported = 2000;
const retrySeconds = 5;

/**
 * The keys of issuers that organizations registered. They are read when one is registered and again by and by, never because somebody
 * names one in a token: neither what is fetched nor how long an answer takes tells strangers what is registered (security.md A6).
 */
export class OidcKeySets {
  readonly #imported = new LRUCache<string, { readonly readAt: Date; readonly choose: CompactVerifyGetKey }>({
    max: maxImported,
  });
  readonly #underWay = new Map<string, Promise<OidcKeySetEntity | undefined>>();

  constructor(
    private readonly store: KeySetStore,
    private readonly read: ReadKeys,
    private readonly slots: FetchSlots,
    private readonly now: () => Date = () => new Date(),
  ) {}

  /** Those of a URL that can be used: none where nobody registered it, or its issuer has been out for a day. */
  async ofUrl(url: string): Promise<readonly OidcKeySetEntity[]> {
    return (await this.store.ofUrl(url)).filter((set) => isUsable(set, this.now()));
  }

  /** To verify with. */
  keysOf({ url, provider, keys, readAt }: OidcKeySetEntity): CompactVerifyGetKey {
    const key = keyOf({ url, provider });
    const known = this.#imported.get(key);
    if (known !== undefined && known.readAt.getTime() === readAt?.getTime()) return known.choose;
    const choose = createLocalJWKSet({ keys: [...(keys ?? [])] });
    if (readAt !== null) this.#imported.set(key, { readAt, choose });
    return choose;
  }

  /**
   * The set as it has to be to be relied on: the same, or one that was read just now where it is too old (T7). Only for who has shown
   * a token that it verifies. Throws `unavailable` `oidc.issuer-unavailable` where it would have to be read and nobody can now.
   */
  async current(set: OidcKeySetEntity, organizations: IssuerReach): Promise<OidcKeySetEntity> {
    if (isTooOld(set, this.now())) {
      const attempt = this.#attempt(set, organizations);
      if (attempt === undefined) throw issuerUnavailable(retrySeconds);
      // An issuer that is out has the keys that it had.
      return (await attempt) ?? set;
    }
    return set;
  }

  /** A token was verified with it: it is read more often from now on. */
  async used(set: OidcKeySetEntity): Promise<void> {
    const now = this.now();
    if (isUseNews(set, now)) await this.store.used(set, now, nextReading(now, now));
  }

  /** For who has registered it just now. It is read in any case, so that nobody learns whether it was there; if not now then soon. */
  async registered(id: KeySetId, organizations: IssuerReach): Promise<void> {
    await this.#attempt(id, organizations);
  }

  /** Reads the keys anew; undefined where they cannot be had. One attempt at a time. */
  refresh(id: KeySetId): Promise<OidcKeySetEntity | undefined> {
    const key = keyOf(id);
    const underWay = this.#underWay.get(key);
    if (underWay !== undefined) return underWay;
    const attempt = this.#refresh(id).finally(() => {
      this.#underWay.delete(key);
    });
    this.#underWay.set(key, attempt);
    return attempt;
  }

  #attempt(id: KeySetId, organizations: IssuerReach): Promise<OidcKeySetEntity | undefined> | undefined {
    const underWay = this.#underWay.get(keyOf(id));
    if (underWay !== undefined) return underWay;
    const slot = this.slots.take(organizations);
    return slot === undefined
      ? undefined
      : this.refresh(id).finally(() => {
          slot.release();
        });
  }

  async #refresh({ url, provider }: KeySetId): Promise<OidcKeySetEntity | undefined> {
    const id = { url, provider };
    const known = await this.store.find(id);
    // Whoever reads has written down why there are none.
    const keys = await this.read({ ...id, jwksUri: null }).catch(() => undefined);
    const now = this.now();
    if (keys === undefined) {
      const failures = (known?.failures ?? 0) + 1;
      await this.store.failed(id, { failures, nextAttemptAt: nextAttempt(failures, now) });
      return undefined;
    }
    await this.store.succeeded(id, { keys, readAt: now, nextAttemptAt: nextReading(known?.usedAt ?? null, now) });
    return this.store.find(id);
  }
}

function keyOf({ url, provider }: KeySetId): string {
  return `${provider} ${url}`;
}
