import { Module } from '@nestjs/common';
import { SessionStoreModule } from '../sessions/session-store.module.js';
import { TokensModule } from '../tokens/tokens.module.js';
import { UserAccountsModule } from '../users/user-accounts.module.js';
import { WebLoginMessageController } from './web-login.message.controller.js';
import { WebLoginStoreModule } from './web-login-store.module.js';
import { WebLogins } from './web-logins.service.js';

@Module({
  imports: [SessionStoreModule, TokensModule, UserAccountsModule, WebLoginStoreModule],
  controllers: [WebLoginMessageController],
  providers: [WebLogins],
})
export class WebLoginModule {}
