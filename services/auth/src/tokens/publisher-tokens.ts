import { Injectable } from '@nestjs/common';
import type { AuditActor } from '@waybill/audit';
import type { PublisherId } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import type { Revocation } from './token-revoker.js';
import { TokenRevoker } from './token-revoker.js';
import { PublisherAccountsRepository } from './publisher-accounts.repository.js';
import type { IssuerOfTokens, PlaceOfTokens } from './publisher-tokens.repository.js';
import { PublisherTokensRepository } from './publisher-tokens.repository.js';

/**
 * The end of tokens that were minted for trusted publishers: they die with their publisher, its package, a transfer and
 * their issuer (security.md T11). Whoever ends a publisher has locked its row, as whoever mints does: nothing is minted
 * meanwhile or afterwards.
 */
@Injectable()
export class PublisherTokens {
  constructor(
    private readonly minted: PublisherTokensRepository,
    private readonly accounts: PublisherAccountsRepository,
    private readonly revoker: TokenRevoker,
  ) {}

  /**
   * Ends the tokens of these publishers that work, with an audit event for each; answers how many. Within
   * `CredentialChanges.run`, which tells the gateways before the caller answers. Locks rows of tokens, and of the accounts that they
   * stand for, which get no more until a publisher is used again.
   */
  async end(
    manager: EntityManager,
    by: AuditActor,
    publisherIds: readonly PublisherId[],
    reason: Revocation['reason'],
  ): Promise<number> {
    if (publisherIds.length === 0) return 0;
    await this.accounts.suspend(manager, publisherIds);
    return this.#revoke(manager, by, await this.minted.findWorking(manager, publisherIds), reason);
  }

  /** The same of all that were exchanged for tokens of an issuer. */
  async endOfIssuer(
    manager: EntityManager,
    by: AuditActor,
    issuer: IssuerOfTokens,
    reason: Revocation['reason'],
  ): Promise<number> {
    return this.#revoke(manager, by, await this.minted.findWorkingOfIssuer(manager, issuer), reason);
  }

  /** The same of all that reach a package, or anything of a repository, whichever publishers they were minted for. */
  async endOn(
    manager: EntityManager,
    by: AuditActor,
    place: PlaceOfTokens,
    reason: Revocation['reason'],
  ): Promise<number> {
    return this.#revoke(manager, by, await this.minted.findWorkingOn(manager, place), reason);
  }

  async #revoke(
    manager: EntityManager,
    by: AuditActor,
    tokenIds: Awaited<ReturnType<PublisherTokensRepository['findWorking']>>,
    reason: Revocation['reason'],
  ): Promise<number> {
    if (tokenIds.length === 0) return 0;
    return (await this.revoker.revokeWithin(manager, by, { tokenIds }, { reason })).length;
  }
}
