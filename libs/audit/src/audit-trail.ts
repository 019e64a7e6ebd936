import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { AuditEventFacts, AuditOutcome } from '@waybill/contracts';
import { auditRecordedBy } from '@waybill/contracts';
import type { OrganizationId } from '@waybill/domain';
import { Outbox } from '@waybill/messaging';
import type { StatementPart } from '@waybill/persistence';
import { insertPart, runJoined } from '@waybill/persistence';
import type { EntityManager } from 'typeorm';
import type { AuditActor } from './audit-actor.js';
import { AuditEventEntity } from './audit-event.entity.js';
import type { AuditedAction } from './audited-actions.js';
import { boundedDetails } from './bounded-details.js';

export interface AuditEntry {
  readonly action: AuditedAction;
  /** What it was done to, as `<noun>:<id>`. */
  readonly subject: string;
  /** Whose chain it is in; the installation's without. */
  readonly organizationId?: OrganizationId;
  /** `refused`: somebody asked for it and it did not happen. `success` unless given. */
  readonly outcome?: AuditOutcome;
  /** Facts that explain the change. Never a secret, a hash or a password. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** The parts of a joined statement that write one audit event; see `AuditTrail.parts`. */
export interface AuditParts extends Readonly<Record<string, StatementPart>> {
  readonly audit: StatementPart;
  readonly audited: StatementPart;
}

const maxSubject = 1024;
const begin = 'begin';

/** Writes what happened down, in the transaction that makes it true, and tells the `audit` service (security.md W9). */
@Injectable()
export class AuditTrail {
  readonly #outbox: Outbox;

  constructor(outbox: Outbox) {
    this.#outbox = outbox;
  }

  /** One event, row and message in one statement: there is one exactly when the change around it is there. */
  async record(manager: EntityManager, by: AuditActor, entry: AuditEntry): Promise<void> {
    const parts = { [begin]: { text: 'SELECT 1', values: [] }, ...this.parts(manager, by, entry, begin) };
    await runJoined(manager, parts, `SELECT 1 FROM "${begin}"`);
    this.#outbox.kickAfterCommit();
  }

  /**
   * The same as two parts of a larger statement, for use in `runJoined`: they write if its part `source` has a row. The
   * caller calls `Outbox.kickAfterCommit` when it has run.
   */
  parts(manager: EntityManager, by: AuditActor, entry: AuditEntry, source: string): AuditParts {
    const row = rowOf(by, entry);
    const type = auditRecordedBy(this.#outbox.service);
    // Each event is an aggregate of its own: the relay need not keep any in order, and no counter is waited for.
    const event = { aggregate: `audit-event:${row.id}`, aggregateVersion: 1, data: factsOf(row) };
    return {
      audit: insertPart(manager, AuditEventEntity, [row], { source }),
      audited: this.#outbox.part(manager, type, event, source),
    };
  }
}

function rowOf(by: AuditActor, entry: AuditEntry): AuditEventEntity {
  return Object.assign(new AuditEventEntity(), {
    id: randomUUID(),
    at: new Date(),
    actor: by.actor,
    actorUserId: by.userId ?? null,
    action: entry.action,
    subject: entry.subject.slice(0, maxSubject).toWellFormed(),
    organizationId: entry.organizationId ?? null,
    outcome: entry.outcome ?? 'success',
    requestId: by.requestId ?? null,
    clientAddress: by.clientAddress ?? null,
    details: boundedDetails(entry.details ?? {}),
  });
}

function factsOf({ id, at, ...facts }: AuditEventEntity): AuditEventFacts {
  return { eventId: id, at: at.toISOString(), ...facts };
}
