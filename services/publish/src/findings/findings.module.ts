import { Module } from '@nestjs/common';
import { AuditModule } from '@waybill/audit';
import { ReleaseStoreModule } from '../releases/release-store.module.js';
import { FindingOfPath } from './finding-of-path.resource.js';
import { FindingRepository } from './finding.repository.js';
import { FindingsHttpController } from './findings.http.controller.js';
import { FindingsService } from './findings.service.js';

@Module({
  imports: [AuditModule, ReleaseStoreModule],
  controllers: [FindingsHttpController],
  providers: [FindingOfPath, FindingRepository, FindingsService],
  exports: [FindingRepository],
})
export class FindingsModule {}
