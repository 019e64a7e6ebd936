import { Module } from '@nestjs/common';
import { PasswordsModule } from '../passwords/passwords.module.js';
import { SecondFactorModule } from '../two-factor/second-factor.module.js';
import { UserAccountsModule } from '../users/user-accounts.module.js';
import { PersonProof } from './person-proof.js';
import { PersonProofMessageController } from './person-proof.message.controller.js';

/** Proof that a person is there. */
@Module({
  imports: [PasswordsModule, SecondFactorModule, UserAccountsModule],
  controllers: [PersonProofMessageController],
  providers: [PersonProof],
  exports: [PersonProof],
})
export class PersonProofModule {}
