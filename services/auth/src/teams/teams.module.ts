import { Module } from '@nestjs/common';
import { AuditModule } from '@waybill/audit';
import { CredentialChangesModule } from '../credential-changes/credential-changes.module.js';
import { GrantStoreModule } from '../grants/grant-store.module.js';
import { GroupMappingsModule } from '../group-mappings/group-mappings.module.js';
import { OrganizationStoreModule } from '../organizations/organization-store.module.js';
import { UserAccountsModule } from '../users/user-accounts.module.js';
import { NamedTeams } from './named-teams.service.js';
import { TeamMembersHttpController } from './team-members.http.controller.js';
import { TeamMembersRepository } from './team-members.repository.js';
import { TeamMembersService } from './team-members.service.js';
import { TeamMembershipOfPath } from './team.resource.js';
import { TeamStoreModule } from './team-store.module.js';
import { TeamsHttpController } from './teams.http.controller.js';
import { TeamsMessageController } from './teams.message.controller.js';
import { TeamsService } from './teams.service.js';

@Module({
  imports: [
    AuditModule,
    CredentialChangesModule,
    GrantStoreModule,
    GroupMappingsModule,
    OrganizationStoreModule,
    TeamStoreModule,
    UserAccountsModule,
  ],
  controllers: [TeamsHttpController, TeamMembersHttpController, TeamsMessageController],
  providers: [NamedTeams, TeamMembersRepository, TeamMembersService, TeamMembershipOfPath, TeamsService],
  exports: [TeamMembersService, TeamMembershipOfPath, TeamsService],
})
export class TeamsModule {}
