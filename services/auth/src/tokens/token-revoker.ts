import { Injectable } from '@nestjs/common';
import type { AuditActor } from '@waybill/audit';
import { AuditTrail } from '@waybill/audit';
import type { DataOf } from '@waybill/contracts';
import { tokenRevoked } from '@waybill/contracts';
import type { TokenId, UserId } from '@waybill/domain';
import { Outbox } from '@waybill/messaging';
import type { EntityManager } from 'typeorm';
import { CredentialChanges } from '../credential-changes/credential-changes.js';
import type { RevokedToken, TokenSelection } from './tokens.repository.js';
import { TokensRepository } from './tokens.repository.js';

export interface Revocation {
  readonly reason: DataOf<typeof tokenRevoked>['reason'];
  /** Where a leaked token was found: a package URL and a path, or an address. */
  readonly foundIn?: string;
  /** For how many days nobody had used it, where that is why. */
  readonly unusedDays?: number;
}

/** The one way in which tokens end: rows, events for the gateways and audit in one transaction. */
@Injectable()
export class TokenRevoker {
  constructor(
    private readonly tokens: TokensRepository,
    private readonly outbox: Outbox,
    private readonly audit: AuditTrail,
    private readonly changes: CredentialChanges,
  ) {}

  /** The number of tokens that were selected and not revoked before; what was made from them ends as well. */
  async revoke(by: AuditActor, selection: TokenSelection, revocation: Revocation): Promise<number> {
    return (await this.changes.run((manager) => this.revokeWithin(manager, by, selection, revocation))).length;
  }

  /** The same within `CredentialChanges.run`; one audit event for each token that was selected. */
  async revokeWithin(
    manager: EntityManager,
    by: AuditActor,
    selection: TokenSelection,
    { reason, foundIn, unusedDays }: Revocation,
  ): Promise<RevokedToken[]> {
    const ended = await this.tokens.revoke(manager, selection);
    await this.#announce(manager, ended, reason);
    for (const { tokenId, userId, organizationIds } of ended) {
      const descendants = await this.#endDescendants(manager, [tokenId], reason);
      const where = foundIn === undefined ? {} : { foundIn };
      const more = descendants === 0 ? {} : { descendants };
      const unused = unusedDays === undefined ? {} : { unusedDays };
      const [organizationId, ...others] = organizationIds;
      const entry = { action: 'token.revoke' as const, subject: `token:${tokenId}` };
      if (others.length === 0) {
        const details = { userId, reason, ...where, ...unused, ...more };
        const chain = organizationId === undefined ? {} : { organizationId };
        await this.audit.record(manager, by, { ...entry, ...chain, details });
      }
      // Of several organizations that trusted a job none hears from where, or where else, the others know it.
      for (const each of others.length === 0 ? [] : organizationIds) {
        const details = { userId, reason };
        await this.audit.record(manager, { actor: by.actor }, { ...entry, organizationId: each, details });
      }
    }
    return ended;
  }

  /** The same without audit events, for who writes their own. */
  async revokeUnaudited(
    manager: EntityManager,
    selection: TokenSelection,
    reason: Revocation['reason'],
  ): Promise<void> {
    await this.#announce(manager, await this.tokens.revoke(manager, selection), reason);
  }

  /**
   * Revokes all tokens of a user but one, as part of a change that is audited as a whole and says how many they were.
   * Within `CredentialChanges.run`.
   */
  async revokeAllOf(
    manager: EntityManager,
    userId: UserId,
    { reason, except }: Pick<Revocation, 'reason'> & { readonly except: TokenId | undefined },
  ): Promise<number> {
    const ended = await this.tokens.revoke(manager, { allOf: userId, except });
    await this.#announce(manager, ended, reason);
    const ids = ended.map(({ tokenId }) => tokenId);
    return ended.length + (await this.#endDescendants(manager, ids, reason));
  }

  /** A token that leaked takes along what it has created, too: nobody knows who held it when it did. */
  async #endDescendants(
    manager: EntityManager,
    ended: readonly TokenId[],
    reason: Revocation['reason'],
  ): Promise<number> {
    const descendants = await this.tokens.revokeDescendants(manager, ended, { withCreated: reason === 'leaked' });
    await this.#announce(manager, descendants, reason);
    return descendants.length;
  }

  async #announce(manager: EntityManager, ended: readonly RevokedToken[], reason: Revocation['reason']): Promise<void> {
    this.changes.revoked(ended.map(({ tokenHash }) => tokenHash));
    for (const { tokenId, tokenHash, userId } of ended) {
      await this.outbox.append(manager, tokenRevoked, {
        aggregate: tokenId,
        aggregateVersion: 1,
        data: { tokenId, tokenHash, userId, reason },
      });
    }
  }
}
