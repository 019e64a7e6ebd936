import { Module } from '@nestjs/common';
import { AuditModule } from '@waybill/audit';
import { UserAccountsModule } from '../users/user-accounts.module.js';
import { TokensModule } from './tokens.module.js';
import { PublisherAccountsRepository } from './publisher-accounts.repository.js';
import { PublisherTokens } from './publisher-tokens.js';
import { PublisherTokensRepository } from './publisher-tokens.repository.js';

/** What ends minted tokens, apart from what mints them: the features that the exchange needs need this one. */
@Module({
  imports: [AuditModule, TokensModule, UserAccountsModule],
  providers: [PublisherAccountsRepository, PublisherTokens, PublisherTokensRepository],
  exports: [PublisherAccountsRepository, PublisherTokens, PublisherTokensRepository],
})
export class PublisherTokensModule {}
