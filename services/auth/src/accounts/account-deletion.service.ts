import { Injectable } from '@nestjs/common';
import type { AuditActor } from '@waybill/audit';
import { AuditTrail } from '@waybill/audit';
import type { UserId } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import { CredentialChanges } from '../credential-changes/credential-changes.js';
import { CredentialEnder } from '../credential-ender/credential-ender.js';
import { OrganizationsRepository } from '../organizations/organizations.repository.js';
import type { UserEntity } from '../users/user.entity.js';
import { UsersRepository } from '../users/users.repository.js';
import { AccountErasure } from './account-erasure.repository.js';

export interface AccountDeletionWish {
  readonly by: AuditActor;
  readonly userId: UserId;
  /** The username, repeated by whoever means it. */
  readonly confirm: string;
  readonly requireVersion: (version: number) => void;
}

const maxNamed = 20;

/** The end of an account. Its row stays: who did what is known by it, and nobody else ever gets its name. */
@Injectable()
export class AccountDeletion {
  constructor(
    private readonly users: UsersRepository,
    private readonly organizations: OrganizationsRepository,
    private readonly erasure: AccountErasure,
    private readonly ender: CredentialEnder,
    private readonly audit: AuditTrail,
    private readonly changes: CredentialChanges,
  ) {}

  /**
   * Ends every credential, takes everything away and erases what is personal. Throws `invalid` `account.confirm`, `conflict`
   * `account.last-owner` (with the organizations) | `installation.last-admin`, `not-found`.
   */
  async delete(wish: AccountDeletionWish): Promise<void> {
    const { by, userId } = wish;
    await this.changes.run(async (manager) => {
      const user = await this.#lock(manager, userId);
      wish.requireVersion(user.version);
      if (wish.confirm !== user.username) throw unconfirmed();
      await this.#requireReplaceable(manager, userId);
      const reason = by.userId === userId ? 'owner' : 'admin';
      const ended = await this.ender.endAllOf(manager, userId, { reason });
      await this.erasure.erase(manager, userId);
      await this.users.change(manager, userId, {
        suspended: true,
        deletedAt: new Date(),
        installationAdmin: false,
        passwordHash: null,
        twoFactorEnabledAt: null,
        email: null,
        emailVerifiedAt: null,
        fullName: null,
        bio: null,
        website: null,
      });
      await this.audit.record(manager, by, { action: 'user.delete', subject: `user:${userId}`, details: ended });
    });
  }

  // Organizations before users, as everybody locks them; and all administrators before one of them.
  async #lock(manager: EntityManager, userId: UserId): Promise<UserEntity> {
    for (const { organizationId } of await this.erasure.ownedOrganizations(userId, manager)) {
      await this.organizations.lock(manager, organizationId);
    }
    const admins = await this.users.lockAdministrators(manager);
    const user = await this.users.lock(manager, userId);
    if (user === undefined || user.deletedAt !== null) {
      throw new DomainError('not-found', 'not-found', 'That user was not found.');
    }
    if (admins.length === 1 && admins[0]?.userId === userId) {
      throw new DomainError('conflict', 'installation.last-admin', 'An installation keeps at least one administrator.');
    }
    return user;
  }

  async #requireReplaceable(manager: EntityManager, userId: UserId): Promise<void> {
    const owned = await this.erasure.ownedOrganizations(userId, manager);
    const alone = owned.filter(({ owners }) => owners <= 1).map(({ name }) => name);
    if (alone.length === 0) return;
    const message = 'Somebody else must own these organizations first, or they must be deleted.';
    throw new DomainError('conflict', 'account.last-owner', message, {
      details: { organizations: alone.slice(0, maxNamed) },
    });
  }
}

function unconfirmed(): DomainError {
  const message = 'Repeat the username to delete the account.';
  return new DomainError('invalid', 'account.confirm', message, {
    details: { errors: [{ field: 'body.confirm', code: 'account.confirm', message }] },
  });
}
