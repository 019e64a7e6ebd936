import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { StatementPart } from '@waybill/persistence';
import { insertPart } from '@waybill/persistence';
import type { EntityManager } from 'typeorm';
import { AuditEventEntity } from './audit-event.entity.js';

export interface AuditEntry {
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly requestId: string | null;
  readonly details: object;
}

@Injectable()
export class AuditRepository {
  /** In the transaction of what it tells, so that there is one exactly when the other is. */
  async record(manager: EntityManager, entry: AuditEntry): Promise<void> {
    await manager.getRepository(AuditEventEntity).insert(newEvent(entry));
  }

  /** The same as a part of a larger statement, if its part `source` has a row. */
  part(manager: EntityManager, entry: AuditEntry, source: string): StatementPart {
    return insertPart(manager, AuditEventEntity, [newEvent(entry)], { source });
  }
}

function newEvent(entry: AuditEntry): AuditEventEntity {
  return Object.assign(new AuditEventEntity(), { id: randomUUID(), at: new Date(), ...entry });
}
