import { chainedEvent, privatePart } from '@waybill/audit-chain';
import type { ChainEntry } from '@waybill/audit-chain';
import { DomainError } from '@waybill/domain';
import type { ChainEntryEntity } from '../chains/chain-entry.entity.js';
import type { AuditEventView } from './entries.schema.js';

/** The entry as it was hashed. Errors: `internal` `audit.entry-unreadable` where the row is not what we wrote. */
export function entryOfRow(row: ChainEntryEntity): ChainEntry {
  const { position, previous, leafHash } = row;
  try {
    return {
      position,
      previous,
      leafHash,
      event: chainedEvent.parse(JSON.parse(row.event)),
      private: row.private === null ? null : privatePart.parse(JSON.parse(row.private)),
    };
  } catch (error) {
    const message = `Entry ${position} of an audit chain cannot be read: it is not what was written.`;
    throw new DomainError('internal', 'audit.entry-unreadable', message, { cause: error });
  }
}

/** The entry as people read it. */
export function viewOfEntry(row: ChainEntryEntity): AuditEventView {
  const { position, event, private: part } = entryOfRow(row);
  const { id, at, source, actor, actorUserId, action, subject, requestId } = event;
  return {
    position,
    id,
    at,
    source,
    actor,
    actorUserId,
    action,
    target: subject,
    outcome: row.outcome,
    requestId,
    clientAddress: part?.clientAddress ?? null,
    details: part?.details ?? null,
  };
}
