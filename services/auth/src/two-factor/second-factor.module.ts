import { Module } from '@nestjs/common';
import { AuditModule } from '@waybill/audit';
import { MailModule } from '../mail/mail.module.js';
import { SecondFactor } from './second-factor.js';
import { TwoFactorSeal } from './two-factor-seal.js';
import { TwoFactorsRepository } from './two-factors.repository.js';

/** Second factors as other nouns need them. */
@Module({
  imports: [AuditModule, MailModule],
  providers: [SecondFactor, TwoFactorSeal, TwoFactorsRepository],
  exports: [SecondFactor, TwoFactorSeal, TwoFactorsRepository],
})
export class SecondFactorModule {}
