import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AuditEventEntity } from './audit-event.entity.js';

@Injectable()
export class AuditRepository {
  async insert(manager: EntityManager, event: Omit<AuditEventEntity, 'at'>): Promise<void> {
    await manager.getRepository(AuditEventEntity).insert(event);
  }
}
