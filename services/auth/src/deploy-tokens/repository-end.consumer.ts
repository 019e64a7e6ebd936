import { Injectable } from '@nestjs/common';
import type { DataOf, EventEnvelope } from '@waybill/contracts';
import { repositoryChanged } from '@waybill/contracts';
import type { UserId } from '@waybill/domain';
import { OnEvent } from '@waybill/messaging';
import type { EntityManager } from 'typeorm';
import { CredentialChanges } from '../credential-changes/credential-changes.js';
import { KnownRepositoriesRepository } from '../known-repositories/known-repositories.repository.js';
import { TokenRevoker } from '../tokens/token-revoker.js';
import { TokensRepository } from '../tokens/tokens.repository.js';
import { UsersRepository } from '../users/users.repository.js';
import { DeployAccountsRepository } from './deploy-accounts.repository.js';

const by = { actor: 'policy' };

/**
 * Deploy tokens end with their repository, and where it gets another owner: for good, also when it comes back. Events may
 * come again and in any order: late news ends what was made until then, and nothing of after. Whoever makes one meanwhile
 * waits for the row of the repository (security.md T11).
 */
@Injectable()
export class RepositoryEndConsumer {
  constructor(
    private readonly accounts: DeployAccountsRepository,
    private readonly repositories: KnownRepositoriesRepository,
    private readonly tokens: TokensRepository,
    private readonly users: UsersRepository,
    private readonly revoker: TokenRevoker,
    private readonly changes: CredentialChanges,
  ) {}

  @OnEvent(repositoryChanged)
  async onChanged(event: EventEnvelope<DataOf<typeof repositoryChanged>>): Promise<void> {
    const { aggregateversion: version, time, data } = event;
    const { repositoryId, organizationId, slug, deleted, transferredFrom } = data;
    await this.changes.run(async (manager) => {
      const from = { repositoryId, organizationId: transferredFrom ?? organizationId, slug };
      const known = await this.repositories.lock(manager, from);
      const isNews = known.deployVersion < version;
      for (const account of await this.accounts.findAll(manager, repositoryId)) {
        if (!deleted && account.organizationId === organizationId) continue;
        await this.#end(manager, account.userId, isNews ? undefined : new Date(time));
        if (isNews) await this.users.change(manager, account.userId, { suspended: true });
      }
      if (isNews) await this.repositories.deployTokensEnded(manager, repositoryId, version);
    });
  }

  async #end(manager: EntityManager, userId: UserId, until: Date | undefined): Promise<void> {
    const working = await this.tokens.listStanding(manager, userId);
    const ended = until === undefined ? working : working.filter(({ createdAt }) => createdAt <= until);
    const tokenIds = ended.map((token) => token.tokenId);
    if (tokenIds.length > 0) await this.revoker.revokeWithin(manager, by, { tokenIds }, { reason: 'admin' });
  }
}
