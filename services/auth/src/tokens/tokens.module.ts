import { Module } from '@nestjs/common';
import { AuditModule } from '@waybill/audit';
import { CredentialChangesModule } from '../credential-changes/credential-changes.module.js';
import { PasswordsModule } from '../passwords/passwords.module.js';
import { UserAccountsModule } from '../users/user-accounts.module.js';
import { TokenMinter } from './token-minter.js';
import { OwnTokensMessageController } from './own-tokens.message.controller.js';
import { OwnTokens } from './own-tokens.service.js';
import { TokenOwner } from './token-owner.resource.js';
import { TokenRevoker } from './token-revoker.js';
import { TokensHttpController } from './tokens.http.controller.js';
import { TokensMessageController } from './tokens.message.controller.js';
import { TokensRepository } from './tokens.repository.js';
import { TokensService } from './tokens.service.js';

@Module({
  imports: [AuditModule, CredentialChangesModule, PasswordsModule, UserAccountsModule],
  controllers: [OwnTokensMessageController, TokensHttpController, TokensMessageController],
  providers: [OwnTokens, TokensRepository, TokenMinter, TokenOwner, TokenRevoker, TokensService],
  exports: [TokenMinter, TokenRevoker, TokensRepository, TokensService],
})
export class TokensModule {}
