import { Module } from '@nestjs/common';
import { InvitationsModule } from '../invitations/invitations.module.js';
import { OrganizationStoreModule } from '../organizations/organization-store.module.js';
import { WorkspaceHttpController } from './workspace.http.controller.js';
import { WorkspaceRepository } from './workspace.repository.js';
import { WorkspaceService } from './workspace.service.js';

@Module({
  imports: [InvitationsModule, OrganizationStoreModule],
  controllers: [WorkspaceHttpController],
  providers: [WorkspaceRepository, WorkspaceService],
})
export class WorkspaceModule {}
