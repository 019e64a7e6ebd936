import { Module } from '@nestjs/common';
import { AuditModule } from '@waybill/audit';
import { OrganizationOfQuery } from '../organizations/organization-of-query.resource.js';
import { OrganizationsModule } from '../organizations/organizations.module.js';
import { PackagesModule } from '../package-list/packages.module.js';
import { ReleaseStoreModule } from '../releases/release-store.module.js';
import { SourceEffects } from './source-effects.js';
import { SourceRepositoriesHttpController } from './source-repositories.http.controller.js';
import { SourceRepositoriesService } from './source-repositories.service.js';

/** What organizations say of their source repositories. */
@Module({
  imports: [AuditModule, OrganizationsModule, PackagesModule, ReleaseStoreModule],
  controllers: [SourceRepositoriesHttpController],
  providers: [OrganizationOfQuery, SourceEffects, SourceRepositoriesService],
})
export class SourceRepositoriesModule {}
