import { Module } from '@nestjs/common';
import { EmailVerificationModule } from '../email-verification/email-verification.module.js';
import { InvitationsModule } from '../invitations/invitations.module.js';
import { PasswordResetsModule } from '../password-resets/password-resets.module.js';
import { RegistrationModule } from '../registration/registration.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { SingleSignOnModule } from '../single-sign-on/single-sign-on.module.js';
import { UserAccountsModule } from '../users/user-accounts.module.js';
import { AccountLinksHttpController } from './account-links.http.controller.js';
import { InvitationPage } from './invitation.page.service.js';
import { InvitationPageHttpController } from './invitation-page.http.controller.js';

/** The pages that links in mails lead to. */
@Module({
  imports: [
    EmailVerificationModule,
    InvitationsModule,
    PasswordResetsModule,
    RegistrationModule,
    SessionsModule,
    SingleSignOnModule,
    UserAccountsModule,
  ],
  controllers: [AccountLinksHttpController, InvitationPageHttpController],
  providers: [InvitationPage],
})
export class MailPagesModule {}
