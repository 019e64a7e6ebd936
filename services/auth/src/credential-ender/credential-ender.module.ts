import { Module } from '@nestjs/common';
import { CredentialChangesModule } from '../credential-changes/credential-changes.module.js';
import { SessionStoreModule } from '../sessions/session-store.module.js';
import { TokensModule } from '../tokens/tokens.module.js';
import { UserAccountsModule } from '../users/user-accounts.module.js';
import { WebLoginStoreModule } from '../web-login/web-login-store.module.js';
import { CredentialEnder } from './credential-ender.js';

@Module({
  imports: [CredentialChangesModule, SessionStoreModule, TokensModule, UserAccountsModule, WebLoginStoreModule],
  providers: [CredentialEnder],
  exports: [CredentialEnder],
})
export class CredentialEnderModule {}
