import { Module } from '@nestjs/common';
import { AuditModule } from '@waybill/audit';
import { CredentialChangesModule } from '../credential-changes/credential-changes.module.js';
import { CredentialEnderModule } from '../credential-ender/credential-ender.module.js';
import { ExternalIdentitiesModule } from '../external-identities/external-identities.module.js';
import { MailModule } from '../mail/mail.module.js';
import { MembershipStoreModule } from '../memberships/membership-store.module.js';
import { PasswordsModule } from '../passwords/passwords.module.js';
import { PersonProofModule } from '../person-proof/person-proof.module.js';
import { UserAccountsModule } from './user-accounts.module.js';
import { PasswordChanger } from './password-changer.js';
import { UserDescriptions } from './user-descriptions.service.js';
import { UsersHttpController } from './users.http.controller.js';
import { UsersMessageController } from './users.message.controller.js';
import { UsersService } from './users.service.js';

@Module({
  imports: [
    AuditModule,
    CredentialChangesModule,
    CredentialEnderModule,
    ExternalIdentitiesModule,
    MailModule,
    MembershipStoreModule,
    PasswordsModule,
    PersonProofModule,
    UserAccountsModule,
  ],
  controllers: [UsersHttpController, UsersMessageController],
  providers: [PasswordChanger, UsersService, UserDescriptions],
  exports: [PasswordChanger, UsersService],
})
export class UsersModule {}
