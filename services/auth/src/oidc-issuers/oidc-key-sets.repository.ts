import { Injectable } from '@nestjs/common';
import type { ProviderName } from '@waybill/trusted-publishing';
import { providerNames } from '@waybill/trusted-publishing';
import { DataSource, In } from 'typeorm';
import { z } from 'zod';
import type { SigningKey } from './key-set.rules.js';
import { OidcKeySetEntity } from './oidc-key-set.entity.js';

/** Whose keys they are: of an issuer that says itself where it has them, within what its provider's profile allows. */
export interface KeySetId {
  readonly url: string;
  readonly provider: ProviderName;
}

/** How long who reads keys has for it before others try. */
const leaseSeconds = 30;

const claimed = z.array(z.object({ url: z.string(), provider: z.enum(providerNames) }));

// Of each organization the first is before the second of any other: whoever registers fifty that hang waits for them alone (W4). Within
// one, those that a token was verified with come first.
const claimDue = `
  WITH turn AS MATERIALIZED (SELECT pg_try_advisory_xact_lock(hashtextextended('keys of oidc issuers', 0)) AS taken),
  due AS (
    SELECT i.url, i.provider, coalesce(k.next_attempt_at, '-infinity') AS since,
      row_number() OVER (PARTITION BY i.organization_id ORDER BY k.used_at DESC NULLS LAST, k.next_attempt_at, i.issuer_id) AS place
    FROM oidc_issuers i LEFT JOIN oidc_key_sets k ON k.url = i.url AND k.provider = i.provider
    WHERE i.organization_id IS NOT NULL AND i.enabled AND (k.url IS NULL OR k.next_attempt_at <= $1)
      AND NOT EXISTS (SELECT FROM oidc_issuers common WHERE common.url = i.url AND common.organization_id IS NULL)),
  chosen AS (
    SELECT url, provider FROM due GROUP BY url, provider ORDER BY min(place), min(since), url, provider LIMIT $2)
  INSERT INTO oidc_key_sets AS k (url, provider, next_attempt_at)
  SELECT url, provider, $1::timestamptz + interval '${leaseSeconds} seconds' FROM chosen WHERE (SELECT taken FROM turn)
  ON CONFLICT (url, provider) DO UPDATE SET next_attempt_at = EXCLUDED.next_attempt_at WHERE k.next_attempt_at <= $1
  RETURNING k.url, k.provider`;

const deleteOrphans = `
  DELETE FROM oidc_key_sets k WHERE k.next_attempt_at <= $1 AND NOT EXISTS (
    SELECT FROM oidc_issuers i WHERE i.url = k.url AND i.provider = k.provider AND i.organization_id IS NOT NULL)`;

@Injectable()
export class OidcKeySetsRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** At most as many as there are providers. */
  ofUrl(url: string): Promise<OidcKeySetEntity[]> {
    return this.#table().findBy({ url });
  }

  /** Those of many, for who looks at their registrations. */
  ofUrls(urls: readonly string[]): Promise<OidcKeySetEntity[]> {
    return urls.length === 0 ? Promise.resolve([]) : this.#table().findBy({ url: In([...urls]) });
  }

  /** Those that are due, as many as there is room for; they are due to nobody else meanwhile. */
  async claimDue(now: Date, atMost: number): Promise<KeySetId[]> {
    return claimed.parse(await this.dataSource.query(claimDue, [now, atMost]));
  }

  /** Keys that nobody’s registration needs any more. */
  async deleteOrphans(now: Date): Promise<void> {
    await this.dataSource.query(deleteOrphans, [now]);
  }

  async find({ url, provider }: KeySetId): Promise<OidcKeySetEntity | undefined> {
    return (await this.#table().findOneBy({ url, provider })) ?? undefined;
  }

  async succeeded({ url, provider }: KeySetId, read: KeysRead): Promise<void> {
    const row = { url, provider, ...read, keys: [...read.keys], failures: 0 };
    await this.#table().upsert(row, ['url', 'provider']);
  }

  async failed({ url, provider }: KeySetId, { failures, nextAttemptAt }: AttemptFailed): Promise<void> {
    await this.#table().upsert({ url, provider, failures, nextAttemptAt }, ['url', 'provider']);
  }

  /** That a token was verified with it; it is due again soon. */
  async used({ url, provider }: KeySetId, usedAt: Date, dueAt: Date): Promise<void> {
    await this.dataSource.query(
      `UPDATE oidc_key_sets SET used_at = $3, next_attempt_at = least(next_attempt_at, $4) WHERE url = $1 AND provider = $2`,
      [url, provider, usedAt, dueAt],
    );
  }

  #table() {
    return this.dataSource.getRepository(OidcKeySetEntity);
  }
}

export interface KeysRead {
  readonly keys: readonly SigningKey[];
  readonly readAt: Date;
  readonly nextAttemptAt: Date;
}

export interface AttemptFailed {
  readonly failures: number;
  readonly nextAttemptAt: Date;
}
