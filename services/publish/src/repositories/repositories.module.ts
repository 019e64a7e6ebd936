import { Module } from '@nestjs/common';
import { AuditModule } from '@waybill/audit';
import { CollectorTurnRepository } from '../collector/collector-turn.repository.js';
import { OrganizationsModule } from '../organizations/organizations.module.js';
import { ReleaseStoreModule } from '../releases/release-store.module.js';
import { OrganizationOfNewRepository } from './organization-of-new-repository.resource.js';
import { RepositoriesHttpController } from './repositories.http.controller.js';
import { RepositoriesMessageController } from './repositories.message.controller.js';
import { RepositoriesService } from './repositories.service.js';
import { RepositoryChanges } from './repository-changes.js';
import { RepositoryDeletionsService } from './repository-deletions.service.js';
import { RepositoryListRepository } from './repository-list.repository.js';
import { RepositoryListService } from './repository-list.service.js';
import { OrganizationOfDeleted, RepositoryOfPath, RepositoryToDelete } from './repository-of-path.resource.js';
import { RepositoryPurge } from './repository-purge.js';
import { RepositoryPurgeRepository } from './repository-purge.repository.js';
import { RepositoryTombstoneRepository } from './repository-tombstone.repository.js';
import { ResourceResolution } from './resource-resolution.service.js';

@Module({
  imports: [AuditModule, OrganizationsModule, ReleaseStoreModule],
  controllers: [RepositoriesHttpController, RepositoriesMessageController],
  providers: [
    CollectorTurnRepository,
    OrganizationOfDeleted,
    OrganizationOfNewRepository,
    RepositoriesService,
    RepositoryChanges,
    RepositoryDeletionsService,
    RepositoryListRepository,
    RepositoryListService,
    RepositoryOfPath,
    RepositoryPurge,
    RepositoryPurgeRepository,
    RepositoryToDelete,
    RepositoryTombstoneRepository,
    ResourceResolution,
  ],
  exports: [CollectorTurnRepository, RepositoriesService, RepositoryChanges, RepositoryOfPath, RepositoryPurge],
})
export class RepositoriesModule {}
