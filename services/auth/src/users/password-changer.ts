import { Injectable } from '@nestjs/common';
import type { AuditActor } from '@waybill/audit';
import { AuditTrail } from '@waybill/audit';
import type { Principal, UserId } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import { CredentialEnder } from '../credential-ender/credential-ender.js';
import { ExternalIdentitiesRepository } from '../external-identities/external-identities.repository.js';
import { LocalPasswords } from '../external-identities/local-passwords.service.js';
import { ProviderNames } from '../external-identities/provider-names.js';
import { AuthMail } from '../mail/auth-mail.js';
import type { PasswordHash } from '../passwords/password-hasher.js';
import { PasswordHasher } from '../passwords/password-hasher.js';
import type { ProvenUser } from '../passwords/password-login.service.js';
import { PasswordLogin } from '../passwords/password-login.service.js';
import { requireAcceptablePassword } from '../passwords/password.rules.js';
import { UsersRepository } from './users.repository.js';

export interface PasswordChange {
  readonly caller: Principal;
  readonly clientAddress: string;
  readonly currentPassword: string | undefined;
  /** Of the second factor; needed for one's own by who has one. */
  readonly code?: string | undefined;
  readonly newPassword: string;
}

/** A change for which everything slow is done and everything is proven. */
export interface PreparedPasswordChange {
  readonly userId: UserId;
  readonly caller: Principal;
  readonly proven: ProvenUser | undefined;
  readonly passwordHash: PasswordHash;
}

export interface NewPassword {
  readonly userId: UserId;
  readonly passwordHash: PasswordHash;
  readonly reason: 'owner' | 'admin';
  /** The credential that stays. */
  readonly except?: Principal;
}

/** The one way in which a password changes, whoever asks for it. */
@Injectable()
export class PasswordChanger {
  constructor(
    private readonly users: UsersRepository,
    private readonly hasher: PasswordHasher,
    private readonly login: PasswordLogin,
    private readonly ender: CredentialEnder,
    private readonly audit: AuditTrail,
    private readonly mail: AuthMail,
    private readonly identities: ExternalIdentitiesRepository,
    private readonly locals: LocalPasswords,
    private readonly providers: ProviderNames,
  ) {}

  /**
   * One's own password needs the current one; an administrator sets anybody's. Throws `unauthenticated` `login.failed`,
   * `limit` like a login, `invalid` `password.length` | `password.current-missing`.
   */
  async prepare(
    { userId, username }: { readonly userId: UserId; readonly username: string },
    { caller, clientAddress, currentPassword, code, newPassword }: PasswordChange,
  ): Promise<PreparedPasswordChange> {
    requireAcceptablePassword(newPassword);
    const own = caller.kind !== 'anonymous' && caller.userId === userId;
    if (own && currentPassword === undefined) {
      throw new DomainError('invalid', 'password.current-missing', 'Your current password is needed as well.');
    }
    const proven = own
      ? await this.login.proveAs(userId, { username, clientAddress, password: currentPassword ?? '', code })
      : undefined;
    return { userId, caller, proven, passwordHash: await this.hasher.hash(newPassword) };
  }

  /** Ends every session and token of the user but the credential that asks (security.md A11). In `CredentialChanges.run`. */
  async apply(manager: EntityManager, by: AuditActor, prepared: PreparedPasswordChange): Promise<void> {
    const { userId, caller, proven, passwordHash } = prepared;
    if (proven === undefined) await this.users.lock(manager, userId);
    else await this.login.requireStillProven(manager, proven);
    const reason = proven === undefined ? 'admin' : 'owner';
    await this.set(manager, by, { userId, passwordHash, reason, except: caller });
  }

  /**
   * For a change that is proven and a user who is locked. In `CredentialChanges.run`. What else opens the account stays, and its
   * owner is told of it. Throws `conflict` `password.elsewhere` where it has no password, and is to have none.
   */
  async set(
    manager: EntityManager,
    by: AuditActor,
    { userId, passwordHash, reason, except }: NewPassword,
  ): Promise<void> {
    const user = await this.users.findById(userId, manager);
    if (user !== undefined) await this.locals.require(manager, user);
    await this.users.change(manager, userId, { passwordHash });
    const details = await this.ender.endAllOf(manager, userId, { reason, ...(except && { except }) });
    await this.audit.record(manager, by, { action: 'user.change-password', subject: `user:${userId}`, details });
    const { username = '', email = null } = user ?? {};
    const linked = await this.identities.listOf(userId, manager);
    const identities = linked.map(({ provider }) => this.providers.of(provider));
    const values = { username, at: new Date().toISOString(), clientAddress: by.clientAddress ?? '', identities };
    this.mail.send({ to: email, template: 'password-changed', values });
  }
}
