import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { AuditActor } from '@waybill/audit';
import { AuditTrail } from '@waybill/audit';
import type { UserId } from '@waybill/domain';
import { DomainError, hashToken, isTokenText } from '@waybill/domain';
import { isUniqueViolation } from '@waybill/persistence';
import { SERVICE_CONFIG } from '@waybill/service-host';
import type { EntityManager } from 'typeorm';
import type { AuthConfig } from '../config.js';
import { CredentialChanges } from '../credential-changes/credential-changes.js';
import { EmailVerifications } from '../email-verification/email-verifications.service.js';
import type { InvitationEntity } from '../invitations/invitation.entity.js';
import { requireOpen } from '../invitations/invitation.rules.js';
import { InvitationAnswersService } from '../invitations/invitation-answers.service.js';
import { InvitationsRepository } from '../invitations/invitations.repository.js';
import { OrganizationsRepository } from '../organizations/organizations.repository.js';
import { addressKey } from '../throttles/address-key.rules.js';
import { PasswordHasher } from '../passwords/password-hasher.js';
import { requireAcceptablePassword } from '../passwords/password.rules.js';
import { SlidingWindows } from '../throttles/sliding-windows.js';
import { parseEmail } from '../profiles/profile.rules.js';
import type { UserEntity } from '../users/user.entity.js';
import { parseUsername } from '../users/username.rules.js';
import { UsersRepository } from '../users/users.repository.js';
import { isReservedUsername } from './reserved-usernames.rules.js';

/** Somebody who makes an account for themselves. */
export interface NewPerson {
  readonly username: string;
  readonly password: string;
  readonly email?: string | undefined;
  /** What is behind the # of the link in the mail that invited them. */
  readonly invitation?: string | undefined;
  readonly clientAddress: string;
  readonly requestId: string;
  readonly externalUrl: string;
}

@Injectable()
export class Registration {
  readonly #registered: SlidingWindows;

  constructor(
    private readonly users: UsersRepository,
    private readonly invitations: InvitationsRepository,
    private readonly answers: InvitationAnswersService,
    private readonly organizations: OrganizationsRepository,
    private readonly hasher: PasswordHasher,
    private readonly verifications: EmailVerifications,
    private readonly audit: AuditTrail,
    private readonly changes: CredentialChanges,
    @Inject(SERVICE_CONFIG) private readonly config: AuthConfig,
  ) {
    const limit = config.WAYBILL_REGISTRATIONS_PER_ADDRESS;
    this.#registered = new SlidingWindows({ windowSeconds: 3600, limit });
  }

  /**
   * Who has the secret of an invitation by e-mail is a member at once, and their address is verified by it. Throws `forbidden`
   * `registration.closed` | `registration.invitation-needed`, `limit` `registration.throttled`, `invalid`, `conflict`
   * `username.taken` | `username.reserved`, and what accepting an invitation throws.
   */
  async register(person: NewPerson): Promise<UserEntity> {
    const invitation = await this.#admit(person);
    const username = parseUsername(person.username);
    if (isReservedUsername(username)) {
      throw new DomainError('conflict', 'username.reserved', 'That username is reserved.');
    }
    requireAcceptablePassword(person.password);
    const email = invitation?.email ?? (person.email === undefined ? null : parseEmail(person.email));
    const passwordHash = await this.hasher.hash(person.password);
    const userId = randomUUID() as UserId;
    const by = { actor: `user:${userId}`, userId, clientAddress: person.clientAddress, requestId: person.requestId };
    try {
      await this.changes.run(async (manager) => {
        const emailVerifiedAt = invitation === undefined ? null : new Date();
        const fresh = { userId, username, email, emailVerifiedAt, passwordHash, installationAdmin: false };
        await this.users.insert(manager, fresh);
        const details = { username, invited: invitation !== undefined };
        await this.audit.record(manager, by, { action: 'user.register', subject: `user:${userId}`, details });
        if (invitation !== undefined) await this.#join(manager, by, invitation, userId);
      });
    } catch (error) {
      if (!isUniqueViolation(error, 'users_username_unique')) throw error;
      throw new DomainError('conflict', 'username.taken', 'That username is taken.');
    }
    const user = await this.users.findById(userId);
    if (user === undefined) throw new DomainError('not-found', 'not-found', 'That user was not found.');
    if (email !== null && user.emailVerifiedAt === null) await this.#sendVerification(userId, person.externalUrl);
    return user;
  }

  /** Counts the try before anything is looked up or hashed (security.md W4). */
  async #admit({ clientAddress, invitation: secret }: NewPerson): Promise<InvitationEntity | undefined> {
    const mode = this.config.WAYBILL_REGISTRATION;
    if (mode === 'closed') {
      throw new DomainError('forbidden', 'registration.closed', 'Only an administrator makes accounts here.');
    }
    const key = addressKey(clientAddress);
    const waitMs = this.#registered.waitMs(key);
    if (waitMs > 0) {
      throw new DomainError('limit', 'registration.throttled', 'Too many accounts were made from your address.', {
        retryAfterSeconds: Math.ceil(waitMs / 1000),
      });
    }
    this.#registered.add(key);
    if (secret === undefined && mode === 'open') return undefined;
    const known = secret !== undefined && isTokenText(secret);
    const invitation = known ? await this.invitations.findBySecret(hashToken(secret)) : undefined;
    if (invitation !== undefined) return invitation;
    throw new DomainError(
      'forbidden',
      'registration.invitation-needed',
      'An invitation is needed to make an account here: follow the link in its mail.',
    );
  }

  async #join(manager: EntityManager, by: AuditActor, found: InvitationEntity, userId: UserId): Promise<void> {
    await this.organizations.lock(manager, found.organizationId);
    const invitation = await this.invitations.lock(manager, found.invitationId);
    if (invitation === undefined) {
      throw new DomainError('gone', 'invitation.revoked', 'That invitation was revoked.');
    }
    requireOpen(invitation);
    await this.answers.join(manager, by, invitation, { userId });
  }

  /** The account is there, whether or not a mail can be sent now. */
  async #sendVerification(userId: UserId, externalUrl: string): Promise<void> {
    try {
      await this.verifications.send(userId, externalUrl);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
    }
  }
}
