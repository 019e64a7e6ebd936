import { Injectable } from '@nestjs/common';
import type { AuditActor } from '@waybill/audit';
import { AuditTrail } from '@waybill/audit';
import { lookupKeys, providers } from '@waybill/trusted-publishing';
import type { PublisherId } from '@waybill/domain';
import { UnitOfWork } from '@waybill/persistence';
import type { EntityManager } from 'typeorm';
import { IssuersInUse } from '../oidc-issuers/issuers-in-use.js';
import type { VerifiedIdToken } from '../oidc-issuers/verified-id-token.js';
import type { PublisherWish } from '../trusted-publishers/publisher-wish.js';
import { TrustedPublishers } from '../trusted-publishers/trusted-publishers.js';
import type { MintedToken } from '../tokens/token-minter.js';
import { TokenMinter } from '../tokens/token-minter.js';
import type { ExchangeWish } from './exchange-wish.js';
import { noPublisher } from './exchange.errors.js';
import type { Chosen, Match } from './matches.rules.js';
import { choose, matchesOf } from './matches.rules.js';
import { OidcReplaysRepository } from './oidc-replays.repository.js';
import { PublisherAccountsRepository } from '../tokens/publisher-accounts.repository.js';

/** A quarter of an hour: long enough for the slowest upload, short enough to be of no use to who finds it. */
export const publisherTokenSeconds = 15 * 60;
const maxDescribed = 200;

export interface MintedForPublisher extends MintedToken {
  readonly chosen: Chosen;
}

/** The transaction of an exchange: what the token is of, that it was used, and what it is exchanged for, all or nothing. */
@Injectable()
export class PublisherMinting {
  constructor(
    private readonly issuers: IssuersInUse,
    private readonly publishers: TrustedPublishers,
    private readonly replays: OidcReplaysRepository,
    private readonly accounts: PublisherAccountsRepository,
    private readonly minter: TokenMinter,
    private readonly audit: AuditTrail,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /**
   * Locks go from the issuer over the used token and the repositories to the publishers, the same way for all. Throws what `matchesOf` and `choose` throw for
   * what has changed since it was looked at, `conflict` `oidc.token-used`, `limit` `oidc.too-many-tokens`.
   */
  mint(
    by: Pick<AuditActor, 'requestId' | 'clientAddress'>,
    found: Chosen,
    wish: ExchangeWish,
  ): Promise<MintedForPublisher> {
    return this.unitOfWork.run(async (manager) => {
      const [first] = found.matches;
      for (const { issuer, organizationId } of issuersOf(found.matches)) {
        await this.issuers.hold(manager, issuer, organizationId);
      }
      const use = { repositoryId: found.repositoryId, packagePurl: wish.packagePurl };
      await this.replays.claim(manager, first.verified, use);
      const chosen = choose(await this.#lockAll(manager, found, wish), wish);
      if (chosen.repositoryId !== found.repositoryId) throw noPublisher();
      const minted = await this.#mintLocked(manager, chosen);
      await this.#record(manager, by, minted);
      return minted;
    });
  }

  /** The publishers as they are now, matched again: another use may have pinned ids meanwhile (T8). */
  async #lockAll(manager: EntityManager, found: Chosen, wish: ExchangeWish): Promise<readonly [Match, ...Match[]]> {
    const verifiedOf = new Map(found.matches.map((match) => [idOf(match), match.verified]));
    const wanted = new Map([...verifiedOf].map(([id, verified]) => [id, publisherWishOf(verified, wish)]));
    const locked = await this.publishers.lockAll(manager, wanted, found.repository);
    const pairs = locked.flatMap((candidate) => {
      const verified = verifiedOf.get(candidate.publisher.publisherId);
      return verified === undefined ? [] : [{ verified, candidate }];
    });
    return matchesOf(pairs);
  }

  async #mintLocked(manager: EntityManager, chosen: Chosen): Promise<MintedForPublisher> {
    const at = new Date();
    const [first, ...others] = chosen.matches;
    for (const { candidate, pins } of chosen.matches) {
      await this.publishers.used(manager, candidate.publisher, { pins, at, targets: candidate.targets });
    }
    const { path } = first.verified;
    const minted = await this.minter.mintForPublisher(manager, {
      userId: await this.accounts.ensure(manager, first.candidate.publisher),
      description: [providers[path.provider].title, path.repository, path.workflow]
        .filter((part) => part !== undefined)
        .join(' ')
        .slice(0, maxDescribed),
      scopes: chosen.scopes,
      expiresAt: new Date(at.getTime() + publisherTokenSeconds * 1000),
      publisherIds: [idOf(first), ...others.map(idOf)],
      releasePath: path,
    });
    return { ...minted, chosen };
  }

  #record(
    manager: EntityManager,
    by: Pick<AuditActor, 'requestId' | 'clientAddress'>,
    { token: { tokenId, publisherIds, scopes, expiresAt, releasePath }, chosen }: MintedForPublisher,
  ): Promise<void> {
    const [{ candidate }] = chosen.matches;
    const { publisherId, organizationId } = candidate.publisher;
    return this.audit.record(
      manager,
      { ...by, actor: `trusted-publisher:${publisherId}` },
      {
        action: 'oidc.exchange',
        subject: `token:${tokenId}`,
        organizationId,
        details: { publisherIds, scopes, expiresAt: expiresAt.toISOString(), path: releasePath },
      },
    );
  }
}

/** Which publishers a verified token could be of. */
export function publisherWishOf({ issuer, claims }: VerifiedIdToken, wish: ExchangeWish): PublisherWish {
  return {
    issuer: issuer.url,
    organizations: issuer.organizations,
    lookupKeys: lookupKeys(issuer.provider, claims),
    ecosystem: wish.ecosystem,
    packagePurl: wish.packagePurl,
    repository: wish.repository,
  };
}

function idOf({ candidate }: Match): PublisherId {
  return candidate.publisher.publisherId;
}

/** Each once: all of a repository's publishers are one organization's, and nearly always of one reading of the issuer. */
function issuersOf(matches: readonly Match[]) {
  const held = matches.map(({ verified: { issuer }, candidate: { publisher } }) => ({
    issuer,
    organizationId: publisher.organizationId,
  }));
  return held.filter(
    (one, index) => held.findIndex(({ issuer }) => issuer.registration === one.issuer.registration) === index,
  );
}
