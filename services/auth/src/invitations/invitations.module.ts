import { Module } from '@nestjs/common';
import { AuditModule } from '@waybill/audit';
import { CredentialChangesModule } from '../credential-changes/credential-changes.module.js';
import { GrantStoreModule } from '../grants/grant-store.module.js';
import { MailModule } from '../mail/mail.module.js';
import { MembershipStoreModule } from '../memberships/membership-store.module.js';
import { OrganizationStoreModule } from '../organizations/organization-store.module.js';
import { TeamStoreModule } from '../teams/team-store.module.js';
import { UserAccountsModule } from '../users/user-accounts.module.js';
import { InvitationAnswersService } from './invitation-answers.service.js';
import { InvitationsRepository } from './invitations.repository.js';
import { InvitationsService } from './invitations.service.js';
import { OrganizationInvitationsHttpController } from './organization-invitations.http.controller.js';
import { OwnInvitationsHttpController } from './own-invitations.http.controller.js';

@Module({
  imports: [
    AuditModule,
    CredentialChangesModule,
    GrantStoreModule,
    MailModule,
    MembershipStoreModule,
    OrganizationStoreModule,
    TeamStoreModule,
    UserAccountsModule,
  ],
  controllers: [OrganizationInvitationsHttpController, OwnInvitationsHttpController],
  providers: [InvitationAnswersService, InvitationsRepository, InvitationsService],
  exports: [InvitationAnswersService, InvitationsRepository, InvitationsService],
})
export class InvitationsModule {}
