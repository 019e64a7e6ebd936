import { Module } from '@nestjs/common';
import { AuditModule } from '@waybill/audit';
import { CredentialChangesModule } from '../credential-changes/credential-changes.module.js';
import { MailModule } from '../mail/mail.module.js';
import { PasswordsModule } from '../passwords/passwords.module.js';
import { PersonProofModule } from '../person-proof/person-proof.module.js';
import { SessionStoreModule } from '../sessions/session-store.module.js';
import { UserAccountsModule } from '../users/user-accounts.module.js';
import { SecondFactorModule } from './second-factor.module.js';
import { TwoFactorHttpController } from './two-factor.http.controller.js';
import { TwoFactorMessageController } from './two-factor.message.controller.js';
import { TwoFactorService } from './two-factor.service.js';
import { UserTwoFactorHttpController } from './user-two-factor.http.controller.js';

/** Setting up second factors. */
@Module({
  imports: [
    AuditModule,
    CredentialChangesModule,
    MailModule,
    PasswordsModule,
    PersonProofModule,
    SecondFactorModule,
    SessionStoreModule,
    UserAccountsModule,
  ],
  controllers: [TwoFactorHttpController, TwoFactorMessageController, UserTwoFactorHttpController],
  providers: [TwoFactorService],
  exports: [TwoFactorService],
})
export class TwoFactorModule {}
