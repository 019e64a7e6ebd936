import { OidcKeySetEntity } from '../src/oidc-issuers/oidc-key-set.entity.js';
import type { AttemptFailed, KeySetId, KeysRead } from '../src/oidc-issuers/oidc-key-sets.repository.js';

/** Keys of organizations' issuers, in memory. */
export class StoredKeySets {
  readonly rows = new Map<string, OidcKeySetEntity>();

  ofUrl(url: string): Promise<OidcKeySetEntity[]> {
    return Promise.resolve([...this.rows.values()].filter((row) => row.url === url));
  }

  find(id: KeySetId): Promise<OidcKeySetEntity | undefined> {
    return Promise.resolve(this.rows.get(keyOf(id)));
  }

  succeeded(id: KeySetId, { keys, readAt, nextAttemptAt }: KeysRead): Promise<void> {
    return this.#put(id, { keys, readAt, nextAttemptAt, failures: 0 });
  }

  failed(id: KeySetId, failed: AttemptFailed): Promise<void> {
    return this.#put(id, failed);
  }

  used(id: KeySetId, usedAt: Date, nextAttemptAt: Date): Promise<void> {
    return this.#put(id, { usedAt, nextAttemptAt });
  }

  #put({ url, provider }: KeySetId, change: Partial<OidcKeySetEntity>): Promise<void> {
    const key = keyOf({ url, provider });
    const none: OidcKeySetEntity = {
      url,
      provider,
      keys: null,
      readAt: null,
      failures: 0,
      nextAttemptAt: new Date(0),
      usedAt: null,
    };
    this.rows.set(key, Object.assign(new OidcKeySetEntity(), this.rows.get(key) ?? none, change));
    return Promise.resolve();
  }
}

function keyOf({ url, provider }: KeySetId): string {
  return `${provider} ${url}`;
}
