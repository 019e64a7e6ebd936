import { Global, Module } from '@nestjs/common';
import { RefusalListener } from '@waybill/edge';
import { AuditTrail } from './audit-trail.js';
import { RefusalAuditor } from './refusal-auditor.js';
import { Refusals } from './refusals.js';

/**
 * For each module whose providers record what they do. Where it is imported, the service's refusals are audited too. The
 * service's database definition lists `AuditEventEntity`.
 */
@Global()
@Module({
  providers: [AuditTrail, Refusals, { provide: RefusalListener, useClass: RefusalAuditor }],
  exports: [AuditTrail, Refusals, RefusalListener],
})
export class AuditModule {}
