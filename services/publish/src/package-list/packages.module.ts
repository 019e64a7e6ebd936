import { Module } from '@nestjs/common';
import { AuditModule } from '@waybill/audit';
import { PackageOfPath } from '../package-access/package-of-path.resource.js';
import { PlacedPackageRepository } from '../package-access/placed-package.repository.js';
import { ReservedNameRepository } from '../package-access/reserved-name.repository.js';
import { PackageChangesModule } from '../package-changes/package-changes.module.js';
import { PackageDeletionRepository } from '../package-deletions/package-deletion.repository.js';
import { PackageDeletionsService } from '../package-deletions/package-deletions.service.js';
import { ReleaseRestoration } from '../package-deletions/release-restoration.js';
import { RestorationsService } from '../package-deletions/restorations.service.js';
import { RestoredBytes } from '../package-deletions/restored-bytes.js';
import { PackageNews } from '../package-settings/package-news.js';
import { PackageSettingsMessageController } from '../package-settings/package-settings.message.controller.js';
import { PackageSettingsService } from '../package-settings/package-settings.service.js';
import { PackageMoveRepository } from '../package-transfers/package-move.repository.js';
import { PackageMover } from '../package-transfers/package-mover.js';
import { PackageTransfersService } from '../package-transfers/package-transfers.service.js';
import { PersonProofModule } from '../person-proof/person-proof.module.js';
import { ReleaseYanksService } from '../release-yanks/release-yanks.service.js';
import { PackageContentsHttpController } from '../releases-api/package-contents.http.controller.js';
import { ReleaseListRepository } from '../releases-api/release-list.repository.js';
import { ReleaseOfPurl } from '../releases-api/release-of-purl.resource.js';
import { ReleasesHttpController } from '../releases-api/releases.http.controller.js';
import { ReleasesService } from '../releases-api/releases.service.js';
import { ReleaseStoreModule } from '../releases/release-store.module.js';
import { SourceLinkRepository } from '../source-links/source-link.repository.js';
import { SourceLinksService } from '../source-links/source-links.service.js';
import { SourceInheritance } from '../source-repositories/source-inheritance.js';
import { SourceRepositoryRepository } from '../source-repositories/source-repository.repository.js';
import { PackageLifeHttpController } from './package-life.http.controller.js';
import { PackagesHttpController } from './packages.http.controller.js';
import { PackagesRepository } from './packages.repository.js';
import { PackagesService } from './packages.service.js';

/** Packages and releases as people look at them and change them. */
@Module({
  imports: [AuditModule, PackageChangesModule, PersonProofModule, ReleaseStoreModule],
  controllers: [
    PackagesHttpController,
    PackageLifeHttpController,
    PackageContentsHttpController,
    ReleasesHttpController,
    PackageSettingsMessageController,
  ],
  providers: [
    PackageDeletionRepository,
    PackageDeletionsService,
    PackageMover,
    PackageMoveRepository,
    PackageNews,
    PackageOfPath,
    PackageSettingsService,
    PackagesRepository,
    PackagesService,
    PackageTransfersService,
    PlacedPackageRepository,
    ReleaseListRepository,
    ReleaseOfPurl,
    ReleaseRestoration,
    ReleasesService,
    ReleaseYanksService,
    ReservedNameRepository,
    RestorationsService,
    RestoredBytes,
    SourceInheritance,
    SourceLinkRepository,
    SourceLinksService,
    SourceRepositoryRepository,
  ],
  exports: [
    PackageMover,
    PackageNews,
    PackageOfPath,
    SourceInheritance,
    SourceLinkRepository,
    SourceRepositoryRepository,
  ],
})
export class PackagesModule {}
