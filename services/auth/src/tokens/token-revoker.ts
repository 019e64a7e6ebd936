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
  /** Where a leaked token was found: a package URL and a path. */
  readonly foundIn?: string;
}

/** The one way in which tokens end: row, event for the gateways and audit in one transaction. */
@Injectable()
export class TokenRevoker {
  constructor(
    private readonly tokens: TokensRepository,
    private readonly outbox: Outbox,
    private readonly audit: AuditTrail,
    private readonly changes: CredentialChanges,
  ) {}

  /** The number of tokens that worked until now; 0 when they were revoked before. */
  async revoke(by: AuditActor, selection: TokenSelection, { reason, foundIn }: Revocation): Promise<number> {
    return this.changes.run(async (manager) => {
      const ended = await this.#end(manager, selection, reason);
      for (const { tokenId, userId } of ended) {
        const details = { userId, reason, ...(foundIn === undefined ? {} : { foundIn }) };
        await this.audit.record(manager, by, { action: 'token.revoke', subject: `token:${tokenId}`, details });
      }
      return ended.length;
    });
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
    return (await this.#end(manager, { allOf: userId, except }, reason)).length;
  }

  async #end(manager: EntityManager, selection: TokenSelection, reason: Revocation['reason']): Promise<RevokedToken[]> {
    const ended = await this.tokens.revoke(manager, selection);
    this.changes.revoked(ended.map(({ tokenHash }) => tokenHash));
    for (const data of ended) {
      await this.outbox.append(manager, tokenRevoked, {
        aggregate: data.tokenId,
        aggregateVersion: 1,
        data: { ...data, reason },
      });
    }
    return ended;
  }
}
