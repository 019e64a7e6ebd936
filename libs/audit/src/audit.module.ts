import { Module } from '@nestjs/common';
import { AuditTrail } from './audit-trail.js';

/** For each module whose providers record what they do. The service's database definition lists `AuditEventEntity`. */
@Module({ providers: [AuditTrail], exports: [AuditTrail] })
export class AuditModule {}
