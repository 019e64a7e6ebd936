import { Injectable } from '@nestjs/common';
import type { AuditActor } from '@waybill/audit';
import { AuditTrail } from '@waybill/audit';
import { DomainError } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import { CredentialChanges } from '../credential-changes/credential-changes.js';
import { CredentialEnder } from '../credential-ender/credential-ender.js';
import { ExternalAccounts } from '../external-identities/external-accounts.service.js';
import { identityProviders } from '../external-identities/external-identity.js';
import { LocalPasswords } from '../external-identities/local-passwords.service.js';
import { resetPasswordLink } from '../mail/mail-links.rules.js';
import { OneTimeSecretsRepository } from '../one-time-secrets/one-time-secrets.repository.js';
import { PasswordHasher } from '../passwords/password-hasher.js';
import { requireAcceptablePassword } from '../passwords/password.rules.js';
import { PasswordChanger } from '../users/password-changer.js';
import { UsersRepository } from '../users/users.repository.js';

export interface ResetWish {
  readonly username: string;
  /** The account was taken: until the link is used, nothing opens it any more. */
  readonly unlinkIdentities: boolean;
}

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
    private readonly accounts: ExternalAccounts,
    private readonly locals: LocalPasswords,
    private readonly ender: CredentialEnder,
  ) {}

  /**
   * Shown once. A newer one replaces it. Throws `not-found`, and `conflict` `password.elsewhere` for whoever is to have no
   * password here.
   */
  async create(by: AuditActor, { username, unlinkIdentities }: ResetWish, externalUrl: string): Promise<ResetLink> {
    return this.changes.run(async (manager) => {
      const ended = unlinkIdentities ? await this.#shut(manager, by, username) : {};
      const user = await this.users.lockByUsername(manager, username);
      if (user === undefined || user.suspended || user.kind !== 'person') {
        throw new DomainError('not-found', 'not-found', 'That user was not found.');
      }
      await this.locals.require(manager, user);
      const { userId } = user;
      const { secret, expiresAt } = await this.secrets.issue(manager, {
        kind: 'password-reset',
        userId,
        email: null,
        hours,
      });
      await this.audit.record(manager, by, {
        action: 'password-reset.create',
        subject: `user:${userId}`,
        details: { unlinkIdentities, ...ended },
      });
      return { link: resetPasswordLink(externalUrl, secret), expiresAt };
    });
  }

  /**
   * A new password, once; every session and token of before ends. A second factor stays, and so does what opens the account
   * elsewhere, which the mail about it names. Throws `not-found` for a
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
      if (user === undefined || user.suspended || !(await this.locals.isAllowed(manager, user))) throw unknown();
      const { userId } = user;
      await this.passwords.set(
        manager,
        { ...by, actor: `user:${userId}`, userId },
        { userId, passwordHash, reason: 'owner' },
      );
    });
  }

  /** Nothing that somebody else knows or holds opens it now, until the link is used. */
  async #shut(manager: EntityManager, by: AuditActor, username: string): Promise<object> {
    const user = await this.users.findByUsername(username, manager);
    if (user?.kind !== 'person') return {};
    const { userId } = user;
    await this.accounts.unlink(manager, by, userId, identityProviders);
    await this.users.change(manager, userId, { passwordHash: null });
    return this.ender.endAllOf(manager, userId, { reason: 'admin' });
  }
}

function unknown(): DomainError {
  return new DomainError('not-found', 'not-found', 'That link was used already, or is too old.');
}
