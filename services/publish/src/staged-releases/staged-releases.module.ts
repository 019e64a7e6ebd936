import { Module } from '@nestjs/common';
import { AuditModule } from '@waybill/audit';
import { ApproversModule } from '../approvers/approvers.module.js';
import { SettlementModule } from '../decisions/settlement.module.js';
import { PersonProofModule } from '../person-proof/person-proof.module.js';
import { ReleasePathsModule } from '../release-paths/release-paths.module.js';
import { ReleaseStoreModule } from '../releases/release-store.module.js';
import { RepositoriesModule } from '../repositories/repositories.module.js';
import { StagedApprovalsRepository } from './staged-approvals.repository.js';
import { StagedApprovalsService } from './staged-approvals.service.js';
import { StagedComparisons } from './staged-comparisons.js';
import { StagedRejectionsService } from './staged-rejections.service.js';
import { StagedReleaseExpiry } from './staged-release.expiry.js';
import { StagedReleaseOfPath } from './staged-release-of-path.resource.js';
import { StagedReleasesHttpController } from './staged-releases.http.controller.js';
import { StagedReleasesMessageController } from './staged-releases.message.controller.js';
import { StagedReleasesRepository } from './staged-releases.repository.js';
import { StagedReleasesService } from './staged-releases.service.js';

/** Releases that people approve before they are published. */
@Module({
  imports: [
    ApproversModule,
    AuditModule,
    PersonProofModule,
    ReleasePathsModule,
    ReleaseStoreModule,
    RepositoriesModule,
    SettlementModule,
  ],
  controllers: [StagedReleasesHttpController, StagedReleasesMessageController],
  providers: [
    StagedApprovalsRepository,
    StagedApprovalsService,
    StagedComparisons,
    StagedRejectionsService,
    StagedReleaseExpiry,
    StagedReleaseOfPath,
    StagedReleasesRepository,
    StagedReleasesService,
  ],
})
export class StagedReleasesModule {}
