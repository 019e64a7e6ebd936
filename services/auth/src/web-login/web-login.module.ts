import { Module } from '@nestjs/common';
import { SessionsModule } from '../sessions/sessions.module.js';
import { SessionStoreModule } from '../sessions/session-store.module.js';
import { SingleSignOnModule } from '../single-sign-on/single-sign-on.module.js';
import { TokensModule } from '../tokens/tokens.module.js';
import { UserAccountsModule } from '../users/user-accounts.module.js';
import { CommandLineLoginHttpController } from './command-line-login.http.controller.js';
import { WebLoginHttpController } from './web-login.http.controller.js';
import { WebLoginMessageController } from './web-login.message.controller.js';
import { WebLoginPage } from './web-login.page.service.js';
import { WebLoginStoreModule } from './web-login-store.module.js';
import { WebLogins } from './web-logins.service.js';

@Module({
  imports: [
    SessionsModule,
    SingleSignOnModule,
    SessionStoreModule,
    TokensModule,
    UserAccountsModule,
    WebLoginStoreModule,
  ],
  controllers: [CommandLineLoginHttpController, WebLoginHttpController, WebLoginMessageController],
  providers: [WebLoginPage, WebLogins],
})
export class WebLoginModule {}
