import { Module } from '@nestjs/common';
import { AuditModule } from '@waybill/audit';
import { ApproversModule } from '../approvers/approvers.module.js';
import { ReleaseStoreModule } from '../releases/release-store.module.js';
import { ReleaseSettlement } from './release-settlement.js';

/** How releases are settled, whoever decides. */
@Module({
  imports: [ApproversModule, AuditModule, ReleaseStoreModule],
  providers: [ReleaseSettlement],
  exports: [ReleaseSettlement],
})
export class SettlementModule {}
