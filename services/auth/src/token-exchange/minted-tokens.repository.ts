import { Injectable } from '@nestjs/common';
import type { AuditEntry } from '@waybill/audit';
import { AuditTrail } from '@waybill/audit';
import { publisherId } from '@waybill/contracts';
import type { OrganizationId, PublisherId } from '@waybill/domain';
import { Outbox } from '@waybill/messaging';
import { runJoined, type StatementPart } from '@waybill/persistence';
import type { EntityManager } from 'typeorm';
import { z } from 'zod';
import { fullPublishersPart, tokenPart } from '../tokens/publisher-token.parts.js';
import type { TokenEntity } from '../tokens/token.entity.js';
import { TrustedPublishers } from '../trusted-publishers/trusted-publishers.js';
import type { ExchangedBy, ExchangeWish } from './exchange-wish.js';
import type { Chosen, Match } from './matches.rules.js';
import { organizationOf, publisherOf } from './matches.rules.js';
import { claimParts } from './oidc-replays.repository.js';

export interface Minting {
  readonly chosen: Chosen;
  readonly token: TokenEntity;
  readonly wish: ExchangeWish;
}

const outcomes = z.tuple([z.object({ isClaimed: z.boolean(), full: z.array(publisherId) })]);

/** What an exchange writes: the use, the token, what becomes of its publishers, and the audit, in one statement. */
@Injectable()
export class MintedTokensRepository {
  constructor(
    private readonly publishers: TrustedPublishers,
    private readonly audit: AuditTrail,
    private readonly outbox: Outbox,
  ) {}

  /**
   * Of locked publishers. Where it is not claimed, one of the uses was claimed before, or some publishers have as many tokens as one has
   * (`full`; nothing is written then).
   */
  async insert(
    manager: EntityManager,
    by: ExchangedBy,
    { chosen, token, wish }: Minting,
  ): Promise<z.infer<typeof outcomes>[0]> {
    const parts = {
      full: fullPublishersPart(token.publisherIds),
      room: { text: 'SELECT 1 WHERE NOT EXISTS (SELECT FROM "full")', values: [] },
      ...claimParts(usesOf(chosen, wish), 'room'),
      minted: tokenPart(manager, token, 'claimed'),
      ...this.publishers.useParts(chosen.matches.filter(isMarked(chosen)), token.createdAt, 'claimed'),
      ...this.#auditParts(manager, by, chosen, token),
    };
    const select = `SELECT EXISTS (SELECT FROM claimed) AS "isClaimed", ARRAY(SELECT id FROM "full") AS "full"`;
    const [outcome] = outcomes.parse(await runJoined(manager, parts, select));
    this.outbox.kickAfterCommit();
    return outcome;
  }

  /** One event for each organization, with what is its own. */
  #auditParts(
    manager: EntityManager,
    by: ExchangedBy,
    { matches, organizations }: Chosen,
    token: TokenEntity,
  ): Record<string, StatementPart> {
    const isOnly = organizations.length === 1;
    const all = organizations.map((organizationId, index): [string, StatementPart][] => {
      const own = matches.filter((match) => organizationOf(match) === organizationId).map(publisherOf);
      const entry = entryOf(token, organizationId, own, isOnly);
      // Anybody may register somebody else's project: what a job of it does elsewhere, and from where, is not told to them.
      const actor = `trusted-publisher:${own[0] ?? ''}`;
      const { audit, audited } = this.audit.parts(manager, isOnly ? { ...by, actor } : { actor }, entry, 'claimed');
      return [
        [`audit${index}`, audit],
        [`audited${index}`, audited],
      ];
    });
    return Object.fromEntries(all.flat());
  }
}

function entryOf(
  { tokenId, scopes, expiresAt, releasePath }: TokenEntity,
  organizationId: OrganizationId,
  publisherIds: readonly PublisherId[],
  isOnly: boolean,
): AuditEntry {
  const given = scopes.filter((scope) => publisherIds.some((id) => id === scope.publisherId));
  return {
    action: 'oidc.exchange',
    subject: `token:${tokenId}`,
    organizationId,
    details: {
      publisherIds,
      scopes: given,
      expiresAt: expiresAt.toISOString(),
      ...(isOnly ? { path: releasePath } : {}),
    },
  };
}

/** What of the token's publishers learns of this use: where several organizations name a project, those that it has published through. */
function isMarked({ organizations }: Chosen): (match: Match) => boolean {
  return ({ candidate }) => organizations.length === 1 || candidate.publisher.firstPublishedAt !== null;
}

function usesOf({ matches, scopes }: Chosen, { packagePurl }: ExchangeWish): Parameters<typeof claimParts>[0] {
  const verifiedOf = new Map(matches.map((match) => [publisherOf(match), match.verified]));
  const places = new Map(scopes.map(({ on, publisherId: given }) => [on.repositoryId, given]));
  return [...places].flatMap(([repositoryId, given]) => {
    const verified = verifiedOf.get(given);
    return verified === undefined ? [] : [{ verified, use: { repositoryId, packagePurl } }];
  });
}
