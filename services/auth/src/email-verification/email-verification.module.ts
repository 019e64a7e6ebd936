import { Module } from '@nestjs/common';
import { AuditModule } from '@waybill/audit';
import { MailModule } from '../mail/mail.module.js';
import { OneTimeSecretsModule } from '../one-time-secrets/one-time-secrets.module.js';
import { UserAccountsModule } from '../users/user-accounts.module.js';
import { EmailVerificationsHttpController } from './email-verifications.http.controller.js';
import { EmailVerifications } from './email-verifications.service.js';

@Module({
  imports: [AuditModule, MailModule, OneTimeSecretsModule, UserAccountsModule],
  controllers: [EmailVerificationsHttpController],
  providers: [EmailVerifications],
  exports: [EmailVerifications],
})
export class EmailVerificationModule {}
