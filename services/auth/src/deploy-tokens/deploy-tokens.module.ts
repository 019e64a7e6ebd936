import { Module } from '@nestjs/common';
import { CredentialChangesModule } from '../credential-changes/credential-changes.module.js';
import { TokensModule } from '../tokens/tokens.module.js';
import { UserAccountsModule } from '../users/user-accounts.module.js';
import { DeployAccountsRepository } from './deploy-accounts.repository.js';
import { DeployTokensHttpController } from './deploy-tokens.http.controller.js';
import { DeployTokens } from './deploy-tokens.service.js';
import { RepositoryEndConsumer } from './repository-end.consumer.js';
import { RepositoryOfRequest } from './repository-of-request.resource.js';

@Module({
  imports: [CredentialChangesModule, TokensModule, UserAccountsModule],
  controllers: [DeployTokensHttpController],
  providers: [DeployAccountsRepository, DeployTokens, RepositoryEndConsumer, RepositoryOfRequest],
})
export class DeployTokensModule {}
