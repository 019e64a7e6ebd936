import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { AuditActor } from '@waybill/audit';
import { AuditTrail } from '@waybill/audit';
import type { UserId } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import { isUniqueViolation, UnitOfWork } from '@waybill/persistence';
import { CredentialChanges } from '../credential-changes/credential-changes.js';
import { CredentialEnder } from '../credential-ender/credential-ender.js';
import { PasswordHasher } from '../passwords/password-hasher.js';
import { requireAcceptablePassword } from '../passwords/password.rules.js';
import { GrantsChangedAnnouncer } from './grants-changed.announcer.js';
import type { PasswordChange } from './password-changer.js';
import { PasswordChanger } from './password-changer.js';
import type { UserEntity } from './user.entity.js';
import { parseUsername } from './username.rules.js';
import { UsersRepository } from './users.repository.js';

export interface NewAccount {
  readonly username: string;
  readonly password: string;
  readonly email?: string | undefined;
  readonly installationAdmin?: boolean | undefined;
}

@Injectable()
export class UsersService {
  constructor(
    private readonly users: UsersRepository,
    private readonly hasher: PasswordHasher,
    private readonly passwords: PasswordChanger,
    private readonly ender: CredentialEnder,
    private readonly grantsChanged: GrantsChangedAnnouncer,
    private readonly audit: AuditTrail,
    private readonly changes: CredentialChanges,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /** Throws `invalid`, `conflict` `username.taken`. */
  async create(by: AuditActor, account: NewAccount): Promise<UserEntity> {
    const username = parseUsername(account.username);
    requireAcceptablePassword(account.password);
    const passwordHash = await this.hasher.hash(account.password);
    const installationAdmin = account.installationAdmin ?? false;
    const userId = randomUUID() as UserId;
    try {
      await this.unitOfWork.run(async (manager) => {
        const email = account.email ?? null;
        await this.users.insert(manager, { userId, username, email, passwordHash, installationAdmin });
        const details = { username, installationAdmin };
        await this.audit.record(manager, by, { action: 'user.create', subject: `user:${userId}`, details });
      });
    } catch (error) {
      if (!isUniqueViolation(error, 'users_username_unique')) throw error;
      throw new DomainError('conflict', 'username.taken', 'That username is taken.');
    }
    return this.view(userId);
  }

  list(after: string, limit: number): Promise<UserEntity[]> {
    return this.users.list(after, limit);
  }

  async view(userId: UserId): Promise<UserEntity> {
    const user = await this.users.findById(userId);
    if (user === undefined) throw userNotFound();
    return user;
  }

  /** Throws what `PasswordChanger.prepare` throws. */
  async changePassword(by: AuditActor, userId: UserId, change: PasswordChange): Promise<void> {
    const prepared = await this.passwords.prepare(await this.view(userId), change);
    await this.changes.run((manager) => this.passwords.apply(manager, by, prepared));
  }

  /**
   * Suspending ends every session and token of the user for good: none of them comes back with the person. Throws `conflict`
   * for the last administrator. Idempotent.
   */
  async setSuspended(by: AuditActor, username: string, suspended: boolean): Promise<void> {
    await this.changes.run(async (manager) => {
      const admins = await this.users.lockAdministrators(manager);
      const user = await this.users.lockByUsername(manager, username);
      if (user === undefined) throw userNotFound();
      const { userId } = user;
      if (user.suspended === suspended) return;
      if (suspended) requireAnotherAdministrator(admins, userId);
      await this.users.change(manager, userId, { suspended });
      const ended = suspended ? await this.ender.endAllOf(manager, userId, { reason: 'admin' }) : undefined;
      if (!suspended) await this.grantsChanged.announce(manager, userId);
      const action = suspended ? 'user.suspend' : 'user.unsuspend';
      await this.audit.record(manager, by, { action, subject: `user:${userId}`, ...(ended && { details: ended }) });
    });
  }

  /** Throws `conflict` for the last administrator. Idempotent. */
  async setInstallationAdmin(by: AuditActor, username: string, installationAdmin: boolean): Promise<void> {
    await this.changes.run(async (manager) => {
      const admins = await this.users.lockAdministrators(manager);
      const user = await this.users.lockByUsername(manager, username);
      if (user === undefined) throw userNotFound();
      const { userId } = user;
      if (user.installationAdmin === installationAdmin) return;
      if (!installationAdmin) requireAnotherAdministrator(admins, userId);
      await this.users.change(manager, userId, { installationAdmin });
      await this.grantsChanged.announce(manager, userId);
      const action = installationAdmin ? 'user.grant-installation-admin' : 'user.revoke-installation-admin';
      await this.audit.record(manager, by, { action, subject: `user:${userId}` });
    });
  }
}

function requireAnotherAdministrator(admins: readonly UserEntity[], userId: UserId): void {
  if (admins.some((admin) => admin.userId !== userId) || !admins.some((admin) => admin.userId === userId)) return;
  throw new DomainError('conflict', 'installation.last-admin', 'An installation keeps at least one administrator.');
}

function userNotFound(): DomainError {
  return new DomainError('not-found', 'not-found', 'That user was not found.');
}
