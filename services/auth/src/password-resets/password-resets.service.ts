import { Injectable } from '@nestjs/common';
import type { AuditActor } from '@waybill/audit';
import { AuditTrail } from '@waybill/audit';
import { DomainError } from '@waybill/domain';
import { UnitOfWork } from '@waybill/persistence';
import { CredentialChanges } from '../credential-changes/credential-changes.js';
import { resetPasswordLink } from '../mail/mail-links.rules.js';
import { OneTimeSecretsRepository } from '../one-time-secrets/one-time-secrets.repository.js';
import { PasswordHasher } from '../passwords/password-hasher.js';
import { requireAcceptablePassword } from '../passwords/password.rules.js';
import { PasswordChanger } from '../users/password-changer.js';
import { UsersRepository } from '../users/users.repository.js';

export interface ResetLink {
  readonly link: string;
  readonly expiresAt: Date;
}

const hours = 1;

/** Links by which people who forgot their password set a new one. An administrator makes them and hands them over. */
@Injectable()
export class PasswordResets {
  constructor(
    private readonly users: UsersRepository,
    private readonly secrets: OneTimeSecretsRepository,
    private readonly hasher: PasswordHasher,
    private readonly passwords: PasswordChanger,
    private readonly audit: AuditTrail,
    private readonly changes: CredentialChanges,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /** Shown once. A newer one replaces it. Throws `not-found`. */
  async create(by: AuditActor, username: string, externalUrl: string): Promise<ResetLink> {
    return this.unitOfWork.run(async (manager) => {
      const user = await this.users.lockByUsername(manager, username);
      if (user === undefined || user.suspended || user.kind !== 'person') {
        throw new DomainError('not-found', 'not-found', 'That user was not found.');
      }
      const { userId } = user;
      const { secret, expiresAt } = await this.secrets.issue(manager, {
        kind: 'password-reset',
        userId,
        email: null,
        hours,
      });
      await this.audit.record(manager, by, { action: 'password-reset.create', subject: `user:${userId}` });
      return { link: resetPasswordLink(externalUrl, secret), expiresAt };
    });
  }

  /**
   * A new password, once; every session and token of before ends, and a second factor stays. Throws `not-found` for a
   * secret that is unknown, used or too old, `invalid` `password.length`, `unavailable`.
   */
  async use(by: Pick<AuditActor, 'requestId' | 'clientAddress'>, secret: string, newPassword: string): Promise<void> {
    requireAcceptablePassword(newPassword);
    // Who has no secret costs no bcrypt.
    if ((await this.secrets.find('password-reset', secret)) === undefined) throw unknown();
    const passwordHash = await this.hasher.hash(newPassword);
    await this.changes.run(async (manager) => {
      const taken = await this.secrets.take(manager, 'password-reset', secret);
      const user = taken && (await this.users.lock(manager, taken.userId));
      if (user === undefined || user.suspended) throw unknown();
      const { userId } = user;
      await this.passwords.set(
        manager,
        { ...by, actor: `user:${userId}`, userId },
        { userId, passwordHash, reason: 'owner' },
      );
    });
  }
}

function unknown(): DomainError {
  return new DomainError('not-found', 'not-found', 'That link was used already, or is too old.');
}
