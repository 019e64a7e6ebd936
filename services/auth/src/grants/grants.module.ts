import { Module } from '@nestjs/common';
import { AuditModule } from '@waybill/audit';
import { CredentialChangesModule } from '../credential-changes/credential-changes.module.js';
import { InheritedRoleStoreModule } from '../inherited-roles/inherited-role-store.module.js';
import { InheritedRolesConsumer } from '../inherited-roles/inherited-roles.consumer.js';
import { KnownPackagesModule } from '../known-packages/known-packages.module.js';
import { KnownRepositoriesModule } from '../known-repositories/known-repositories.module.js';
import { OrganizationStoreModule } from '../organizations/organization-store.module.js';
import { OrganizationsModule } from '../organizations/organizations.module.js';
import { PackageOwnerStoreModule } from '../package-owners/package-owner-store.module.js';
import { TeamsModule } from '../teams/teams.module.js';
import { TrustedPublisherStoreModule } from '../trusted-publishers/trusted-publisher-store.module.js';
import { EndedGrantsConsumer } from './ended-grants.consumer.js';
import { GrantedResource } from './granted-resource.resource.js';
import { GrantChanges } from './grant-changes.service.js';
import { GrantStoreModule } from './grant-store.module.js';
import { GrantSubjects } from './grant-subjects.service.js';
import { GrantTargets } from './grant-targets.service.js';
import { GrantsHttpController } from './grants.http.controller.js';
import { GrantsReader } from './grants.reader.js';
import { GrantsService } from './grants.service.js';
import { ResourceGrantsHttpController } from './resource-grants.http.controller.js';
import { TeamGrants } from './team-grants.service.js';
import { TeamGrantsMessageController } from './team-grants.message.controller.js';

@Module({
  imports: [
    AuditModule,
    CredentialChangesModule,
    GrantStoreModule,
    InheritedRoleStoreModule,
    KnownPackagesModule,
    KnownRepositoriesModule,
    OrganizationStoreModule,
    OrganizationsModule,
    PackageOwnerStoreModule,
    TeamsModule,
    TrustedPublisherStoreModule,
  ],
  controllers: [GrantsHttpController, ResourceGrantsHttpController, TeamGrantsMessageController],
  providers: [
    EndedGrantsConsumer,
    GrantChanges,
    GrantedResource,
    GrantSubjects,
    GrantTargets,
    GrantsReader,
    GrantsService,
    InheritedRolesConsumer,
    TeamGrants,
  ],
  exports: [GrantedResource, GrantsService, GrantTargets],
})
export class GrantsModule {}
