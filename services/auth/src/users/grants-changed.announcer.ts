import { Injectable } from '@nestjs/common';
import { grantsChanged } from '@waybill/contracts';
import type { UserId } from '@waybill/domain';
import { Outbox } from '@waybill/messaging';
import type { StatementPart } from '@waybill/persistence';
import { runJoined } from '@waybill/persistence';
import type { EntityManager } from 'typeorm';
import { CredentialChanges } from '../credential-changes/credential-changes.js';
import { UsersRepository } from './users.repository.js';

const begin = 'begin';
/** Events in one statement. */
const batch = 50;

/** Tells every gateway to forget what it knows about a user, as soon as the transaction is committed. */
@Injectable()
export class GrantsChangedAnnouncer {
  constructor(
    private readonly users: UsersRepository,
    private readonly outbox: Outbox,
    private readonly changes: CredentialChanges,
  ) {}

  async announce(manager: EntityManager, userId: UserId): Promise<void> {
    this.changes.changed(userId);
    const aggregateVersion = await this.users.nextEventVersion(manager, userId);
    await this.outbox.append(manager, grantsChanged, { aggregate: userId, aggregateVersion, data: { userId } });
  }

  /** The same for several, at most `maxNamedUsers` of them, in few statements and always in one order of locks. */
  async announceAll(manager: EntityManager, userIds: readonly UserId[]): Promise<void> {
    const versions = await this.users.nextEventVersions(manager, [...new Set(userIds)].toSorted());
    for (let at = 0; at < versions.length; at += batch) {
      const parts: Record<string, StatementPart> = { [begin]: { text: 'SELECT 1', values: [] } };
      for (const [index, { userId, eventVersion }] of versions.slice(at, at + batch).entries()) {
        this.changes.changed(userId);
        const event = { aggregate: userId, aggregateVersion: eventVersion, data: { userId } };
        parts[`told${index}`] = this.outbox.part(manager, grantsChanged, event, begin);
      }
      await runJoined(manager, parts, `SELECT 1 FROM "${begin}"`);
    }
    if (versions.length > 0) this.outbox.kickAfterCommit();
  }
}
