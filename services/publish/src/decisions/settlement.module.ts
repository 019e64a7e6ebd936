import { Module } from '@nestjs/common';
import { AuditModule } from '@waybill/audit';
import { ReleaseStoreModule } from '../releases/release-store.module.js';
import { ReleaseSettlement } from './release-settlement.js';

/** How releases are settled, whoever decides. */
@Module({ imports: [AuditModule, ReleaseStoreModule], providers: [ReleaseSettlement], exports: [ReleaseSettlement] })
export class SettlementModule {}
