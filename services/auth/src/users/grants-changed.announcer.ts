import { Injectable } from '@nestjs/common';
import { grantsChanged } from '@waybill/contracts';
import type { UserId } from '@waybill/domain';
import { Outbox } from '@waybill/messaging';
import type { EntityManager } from 'typeorm';
import { CredentialChanges } from '../credential-changes/credential-changes.js';
import { UsersRepository } from './users.repository.js';

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
}
