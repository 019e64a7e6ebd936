import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AuditEventEntity } from './audit-event.entity.js';

export interface AuditEntry {
  readonly actor: string;
  readonly action: 'signing-key.rotate';
  readonly subject: string;
  readonly requestId: string;
  /** Facts that explain the change. Never a secret. */
  readonly details: object;
}

@Injectable()
export class AuditEventRepository {
  /** In the transaction of what it tells, so that there is one exactly when the other is (security.md W9). */
  async record(manager: EntityManager, entry: AuditEntry): Promise<void> {
    await manager.getRepository(AuditEventEntity).insert({ id: randomUUID(), at: new Date(), ...entry });
  }
}
