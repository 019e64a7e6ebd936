import { Injectable } from '@nestjs/common';
import type { AuditEntry } from '@waybill/audit';
import { AuditTrail } from '@waybill/audit';
import { publisherId } from '@waybill/contracts';
import { Outbox } from '@waybill/messaging';
import { runJoined, type StatementPart } from '@waybill/persistence';
import type { EntityManager } from 'typeorm';
import { z } from 'zod';
import { fullPublishersPart, tokenPart } from '../tokens/publisher-token.parts.js';
import type { TokenEntity } from '../tokens/token.entity.js';
import { TrustedPublishers } from '../trusted-publishers/trusted-publishers.js';
import type { ExchangedBy, ExchangeWish } from './exchange-wish.js';
import type { Chosen, Match, Matches } from './matches.rules.js';
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
      ...this.publishers.useParts(chosen.matches.filter(isTold(chosen, wish)), token.createdAt, 'claimed'),
      ...this.#auditParts(manager, by, { chosen, token, wish }),
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
    { chosen, token, wish }: Minting,
  ): Record<string, StatementPart> {
    const all = chosen.organizations.flatMap((organizationId, index): [string, StatementPart][] => {
      const [first, ...others] = chosen.matches.filter((match) => organizationOf(match) === organizationId);
      if (first === undefined) return [];
      const own: Matches = [first, ...others];
      const told = isTold(chosen, wish)(first);
      const actor = `trusted-publisher:${publisherOf(first)}`;
      const entry = entryOf(token, own, told);
      const { audit, audited } = this.audit.parts(manager, told ? { ...by, actor } : { actor }, entry, 'claimed');
      return [
        [`audit${index}`, audit],
        [`audited${index}`, audited],
      ];
    });
    return Object.fromEntries(all);
  }
}

function entryOf({ tokenId, scopes, expiresAt }: TokenEntity, own: Matches, told: boolean): AuditEntry {
  const [{ verified }] = own;
  const publisherIds = own.map(publisherOf);
  return {
    action: 'oidc.exchange',
    subject: `token:${tokenId}`,
    organizationId: organizationOf(own[0]),
    details: {
      publisherIds,
      scopes: scopes.filter((scope) => publisherIds.some((id) => id === scope.publisherId)),
      expiresAt: expiresAt.toISOString(),
      ...(told ? { path: verified.path } : {}),
    },
  };
}

/**
 * Whose organization learns of this use what the job is, where it came from, when and with which ids. Anybody may register somebody else's
 * project: it is who has published from it, or whose repository the job has named itself.
 */
function isTold({ known }: Chosen, { repository }: ExchangeWish): (match: Match) => boolean {
  return (match) => repository !== undefined || known.has(organizationOf(match));
}

function usesOf({ matches, scopes }: Chosen, { packagePurl }: ExchangeWish): Parameters<typeof claimParts>[0] {
  const verifiedOf = new Map(matches.map((match) => [publisherOf(match), match.verified]));
  const places = new Map(scopes.map(({ on, publisherId: given }) => [on.repositoryId, given]));
  return [...places].flatMap(([repositoryId, given]) => {
    const verified = verifiedOf.get(given);
    return verified === undefined ? [] : [{ verified, use: { repositoryId, packagePurl } }];
  });
}
