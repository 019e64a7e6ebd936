import { Injectable } from '@nestjs/common';
import type { OidcIssuerEntity } from './oidc-issuer.entity.js';
import type { OidcKeySetEntity } from './oidc-key-set.entity.js';
import { OidcKeySetsRepository } from './oidc-key-sets.repository.js';

export interface SeenIssuer {
  readonly issuer: OidcIssuerEntity;
  /** Of an organization's: when its keys were last read, if since it was registered. */
  readonly keysReadAt: Date | null;
}

/** What administrators of an issuer see of it, so that they know why its tokens are not taken; strangers are not told. */
@Injectable()
export class SeenIssuers {
  constructor(private readonly sets: OidcKeySetsRepository) {}

  async one(issuer: OidcIssuerEntity): Promise<SeenIssuer> {
    const [seen] = await this.all([issuer]);
    return seen ?? { issuer, keysReadAt: null };
  }

  async all(issuers: readonly OidcIssuerEntity[]): Promise<SeenIssuer[]> {
    const urls = issuers.flatMap(({ url, organizationId }) => (organizationId === null ? [] : [url]));
    const sets = await this.sets.ofUrls(urls);
    return issuers.map((issuer) => ({ issuer, keysReadAt: keysReadAt(issuer, sets) }));
  }
}

/** Keys that were there before are somebody else's: who that is, and that there is anybody, is not told (A6). */
function keysReadAt(
  { url, provider, organizationId, createdAt }: OidcIssuerEntity,
  sets: readonly OidcKeySetEntity[],
): Date | null {
  const readAt = sets.find((set) => set.url === url && set.provider === provider)?.readAt ?? null;
  return organizationId === null || readAt === null || readAt < createdAt ? null : readAt;
}
