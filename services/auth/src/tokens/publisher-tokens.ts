import { Injectable } from '@nestjs/common';
import type { AuditActor } from '@waybill/audit';
import { AuditTrail } from '@waybill/audit';
import type { OrganizationId, PublisherId, TokenScope } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import { GrantsChangedAnnouncer } from '../users/grants-changed.announcer.js';
import type { IssuerOfTokens, PlaceOfTokens, WorkingToken } from './publisher-tokens.repository.js';
import { PublisherTokensRepository, reaches } from './publisher-tokens.repository.js';
import type { Revocation } from './token-revoker.js';
import { TokenRevoker } from './token-revoker.js';

type Reason = Revocation['reason'];
type Owners = ReadonlyMap<PublisherId, OrganizationId>;

interface Part {
  readonly token: WorkingToken;
  readonly taken: readonly TokenScope[];
  readonly left: WorkingToken['scopes'];
}

/**
 * The end of what was minted for trusted publishers: it ends with its publisher, its package, a transfer and its issuer (security.md T11).
 * A token can be for publishers of several organizations; each ends what is its own, and a token without scopes is revoked. Whoever ends a
 * publisher has locked its row, as whoever mints does: nothing is minted meanwhile or afterwards.
 */
@Injectable()
export class PublisherTokens {
  constructor(
    private readonly minted: PublisherTokensRepository,
    private readonly revoker: TokenRevoker,
    private readonly announcer: GrantsChangedAnnouncer,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * Ends what these publishers gave to tokens that work, with an audit event for each; answers how many tokens that were. Within
   * `CredentialChanges.run`, which tells the gateways before the caller answers. Locks rows of tokens.
   */
  async end(
    manager: EntityManager,
    by: AuditActor,
    publisherIds: readonly PublisherId[],
    reason: Reason,
  ): Promise<number> {
    if (publisherIds.length === 0) return 0;
    const ended = new Set(publisherIds);
    const working = await this.minted.lockOf(manager, publisherIds);
    return this.#take(manager, by, reason, working, ({ publisherId }) => isOneOf(ended, publisherId));
  }

  /** The same of what was exchanged for tokens of an issuer. */
  async endOfIssuer(manager: EntityManager, by: AuditActor, issuer: IssuerOfTokens, reason: Reason): Promise<number> {
    const { organizationId } = issuer;
    const working = await this.minted.lockOfIssuer(manager, issuer);
    return this.#take(manager, by, reason, working, ({ publisherId }, owners) => {
      if (organizationId === null || publisherId === undefined) return true;
      return owners.get(publisherId) === organizationId;
    });
  }

  /** The same of all that reaches a package, or anything of a repository, whichever publishers gave it. */
  async endOn(manager: EntityManager, by: AuditActor, place: PlaceOfTokens, reason: Reason): Promise<number> {
    const working = await this.minted.lockOn(manager, place);
    return this.#take(manager, by, reason, working, (scope) => reaches(scope, place));
  }

  async #take(
    manager: EntityManager,
    by: AuditActor,
    reason: Reason,
    working: readonly WorkingToken[],
    isTaken: (scope: TokenScope, owners: Owners) => boolean,
  ): Promise<number> {
    if (working.length === 0) return 0;
    const owners = await this.minted.ownersOf(manager, [
      ...new Set(working.flatMap(({ publisherIds }) => publisherIds)),
    ]);
    const parts = working
      .map((token): Part => {
        const left = token.scopes.filter((scope) => !isTaken(scope, owners));
        return { token, left, taken: token.scopes.filter((scope) => !left.includes(scope)) };
      })
      .filter(({ taken }) => taken.length > 0);
    const narrowed = parts.filter(({ left }) => left.length > 0);
    const tokenIds = parts.filter(({ left }) => left.length === 0).map(({ token }) => token.tokenId);
    await this.revoker.revokeUnaudited(manager, { tokenIds }, reason);
    await this.minted.narrow(
      manager,
      narrowed.map(({ token, left }) => ({ ...token, scopes: left, publisherIds: publishersOf(token, left) })),
    );
    for (const part of parts) await this.#record(manager, by, part, owners, reason);
    // Last: the account is locked from then on, which those of other organizations are announced by as well.
    await this.announcer.announceAll(
      manager,
      narrowed.map(({ token }) => token.userId),
    );
    return parts.length;
  }

  /** Each organization hears of what was its own. */
  async #record(
    manager: EntityManager,
    by: AuditActor,
    { token, taken }: Part,
    owners: Owners,
    reason: Reason,
  ): Promise<void> {
    const concerned = new Set(publishersOf(token, taken).map((publisherId) => owners.get(publisherId)));
    for (const organizationId of concerned) {
      await this.audit.record(manager, by, {
        action: 'token.revoke',
        subject: `token:${token.tokenId}`,
        ...(organizationId === undefined ? {} : { organizationId }),
        details: { userId: token.userId, reason },
      });
    }
  }
}

/** What was minted before scopes named their publishers is for one organization, and ends as a whole. */
function isOneOf(ended: ReadonlySet<PublisherId>, publisherId: PublisherId | undefined): boolean {
  return publisherId === undefined || ended.has(publisherId);
}

function publishersOf({ publisherIds }: WorkingToken, scopes: readonly TokenScope[]): PublisherId[] {
  const named = new Set(scopes.map(({ publisherId }) => publisherId));
  return publisherIds.filter((publisherId, index) => named.has(publisherId) || (index === 0 && named.has(undefined)));
}
