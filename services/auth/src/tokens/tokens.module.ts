import { Module } from '@nestjs/common';
import { AuditModule } from '@waybill/audit';
import { CredentialChangesModule } from '../credential-changes/credential-changes.module.js';
import { OrganizationStoreModule } from '../organizations/organization-store.module.js';
import { PasswordsModule } from '../passwords/passwords.module.js';
import { TokenPoliciesModule } from '../token-policies/token-policies.module.js';
import { UserAccountsModule } from '../users/user-accounts.module.js';
import { Attenuation } from './attenuation.service.js';
import { OwnTokensMessageController } from './own-tokens.message.controller.js';
import { OwnTokens } from './own-tokens.service.js';
import { ScopeNames } from './scope-names.resolver.js';
import { TokenCreation } from './token-creation.service.js';
import { TokenMinter } from './token-minter.js';
import { TokenOwner } from './token-owner.resource.js';
import { TokenRevoker } from './token-revoker.js';
import { TokenUseRecorder } from './token-use.recorder.js';
import { TokenUsesRepository } from './token-uses.repository.js';
import { TokensHttpController } from './tokens.http.controller.js';
import { TokensMessageController } from './tokens.message.controller.js';
import { TokensRepository } from './tokens.repository.js';
import { TokensService } from './tokens.service.js';

@Module({
  imports: [
    AuditModule,
    CredentialChangesModule,
    OrganizationStoreModule,
    PasswordsModule,
    TokenPoliciesModule,
    UserAccountsModule,
  ],
  controllers: [OwnTokensMessageController, TokensHttpController, TokensMessageController],
  providers: [
    Attenuation,
    OwnTokens,
    ScopeNames,
    TokenCreation,
    TokenMinter,
    TokenOwner,
    TokenRevoker,
    TokensRepository,
    TokensService,
    TokenUseRecorder,
    TokenUsesRepository,
  ],
  exports: [ScopeNames, TokenCreation, TokenMinter, TokenRevoker, TokensRepository, TokensService, TokenUseRecorder],
})
export class TokensModule {}
