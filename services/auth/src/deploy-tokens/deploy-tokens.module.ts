import { Module } from '@nestjs/common';
import { CredentialChangesModule } from '../credential-changes/credential-changes.module.js';
import { KnownRepositoriesModule } from '../known-repositories/known-repositories.module.js';
import { OrganizationStoreModule } from '../organizations/organization-store.module.js';
import { TokensModule } from '../tokens/tokens.module.js';
import { UserAccountsModule } from '../users/user-accounts.module.js';
import { DeployAccountsRepository } from './deploy-accounts.repository.js';
import { DeployTokensHttpController } from './deploy-tokens.http.controller.js';
import { DeployTokens } from './deploy-tokens.service.js';
import { RepositoryEndConsumer } from './repository-end.consumer.js';
import { RepositoryOfRequest } from './repository-of-request.resource.js';

@Module({
  imports: [
    CredentialChangesModule,
    KnownRepositoriesModule,
    OrganizationStoreModule,
    TokensModule,
    UserAccountsModule,
  ],
  controllers: [DeployTokensHttpController],
  providers: [DeployAccountsRepository, DeployTokens, RepositoryEndConsumer, RepositoryOfRequest],
})
export class DeployTokensModule {}
