import { Module } from '@nestjs/common';
import { AuditModule } from '@waybill/audit';
import { DeprecationsService } from '../deprecations/deprecations.service.js';
import { ReleaseStoreModule } from '../releases/release-store.module.js';
import { TagsService } from '../tags/tags.service.js';
import { ReleaseWithdrawal } from '../withdrawals/release-withdrawal.js';
import { WithdrawalsService } from '../withdrawals/withdrawals.service.js';
import { PackageWriter } from './package-writer.js';
import { VisibleReleaseRepository } from './visible-release.repository.js';

const useCases = [
  DeprecationsService,
  PackageWriter,
  ReleaseWithdrawal,
  TagsService,
  VisibleReleaseRepository,
  WithdrawalsService,
];

/** What changes a package that is there, for adapters and for people. */
@Module({ imports: [AuditModule, ReleaseStoreModule], providers: useCases, exports: useCases })
export class PackageChangesModule {}
