import { Injectable } from '@nestjs/common';
import type { DataOf, EventEnvelope } from '@waybill/contracts';
import { repositoryChanged } from '@waybill/contracts';
import { OnEvent } from '@waybill/messaging';
import { CredentialChanges } from '../credential-changes/credential-changes.js';
import { TokenRevoker } from '../tokens/token-revoker.js';
import { TokensRepository } from '../tokens/tokens.repository.js';
import { UsersRepository } from '../users/users.repository.js';
import { DeployAccountsRepository } from './deploy-accounts.repository.js';

const by = { actor: 'policy' };

/**
 * Deploy tokens end with their repository, and where it gets another owner: for good, also when it comes back. Events may
 * come again and in any order: what has ended stays so.
 */
@Injectable()
export class RepositoryEndConsumer {
  constructor(
    private readonly accounts: DeployAccountsRepository,
    private readonly tokens: TokensRepository,
    private readonly users: UsersRepository,
    private readonly revoker: TokenRevoker,
    private readonly changes: CredentialChanges,
  ) {}

  @OnEvent(repositoryChanged)
  async onChanged({ data }: EventEnvelope<DataOf<typeof repositoryChanged>>): Promise<void> {
    const { repositoryId, organizationId, deleted } = data;
    await this.changes.run(async (manager) => {
      const accounts = await this.accounts.findAll(manager, repositoryId);
      for (const account of accounts) {
        if (!deleted && account.organizationId === organizationId) continue;
        const working = await this.tokens.listStanding(manager, account.userId);
        const tokenIds = working.map((token) => token.tokenId);
        if (tokenIds.length > 0) await this.revoker.revokeWithin(manager, by, { tokenIds }, { reason: 'admin' });
        await this.users.change(manager, account.userId, { suspended: true });
      }
    });
  }
}
