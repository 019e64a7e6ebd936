import { Injectable } from '@nestjs/common';
import type { AuditActor } from '@waybill/audit';
import type { Principal, TokenId } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import { CredentialChanges } from '../credential-changes/credential-changes.js';
import { anyPackageOf } from '../organizations/organization.rules.js';
import { mayAsOwner } from '../tokens/may-as-owner.js';
import type { NewToken } from '../tokens/token-creation.service.js';
import { TokenCreation } from '../tokens/token-creation.service.js';
import type { MintedToken } from '../tokens/token-minter.js';
import { TokenRevoker } from '../tokens/token-revoker.js';
import { TokensRepository } from '../tokens/tokens.repository.js';
import type { ServiceAccount } from './service-accounts.repository.js';
import { ServiceAccountsRepository } from './service-accounts.repository.js';
import { serviceAccountNotFound } from './service-accounts.service.js';

@Injectable()
export class ServiceAccountTokens {
  constructor(
    private readonly accounts: ServiceAccountsRepository,
    private readonly tokens: TokensRepository,
    private readonly creation: TokenCreation,
    private readonly revoker: TokenRevoker,
    private readonly changes: CredentialChanges,
  ) {}

  /**
   * A token of the account: it does what the account's grants *and* its scopes allow. Throws `forbidden` `token.beyond-own` where
   * it is to do what the caller may not do in the organization, and like `TokenCreation.create`.
   */
  create(by: AuditActor, caller: Principal, account: ServiceAccount, wish: NewToken): Promise<MintedToken> {
    const { organizationId, userId } = account;
    const wanted = wish.scopes.flatMap(({ actions }) => actions);
    // Also on its packages: what the organization lets plain members do there may be less than they do in itself.
    const everywhere = [{ kind: 'organization' as const, organizationId }, anyPackageOf(organizationId)];
    if (!everywhere.every((resource) => mayAsOwner(caller, wanted, resource))) {
      throw new DomainError(
        'forbidden',
        'token.beyond-own',
        'You cannot give a token to do what you may not do in the organization yourself.',
      );
    }
    return this.changes.run(async (manager) => {
      if ((await this.accounts.lock(manager, account)) === undefined) throw serviceAccountNotFound();
      const owner = { userId, kind: 'service' as const, organizationId };
      return this.creation.createFor(manager, by, { caller, owner, wish });
    });
  }

  /** Throws `not-found` for one that is not this account's (security.md A3). */
  async revoke(by: AuditActor, account: ServiceAccount, tokenId: TokenId): Promise<void> {
    const token = await this.tokens.findUnrevoked(tokenId);
    if (token === undefined || token.userId !== account.userId) {
      throw new DomainError('not-found', 'not-found', 'That token was not found.');
    }
    await this.revoker.revoke(by, { tokenId }, { reason: 'admin' });
  }
}
