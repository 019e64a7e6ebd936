import { Injectable } from '@nestjs/common';
import type { AuditActor } from '@waybill/audit';
import { actorOfPrincipal, AuditTrail } from '@waybill/audit';
import type { Principal, UserId } from '@waybill/domain';
import { DomainError, isFreshlyProven } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import { CredentialChanges } from '../credential-changes/credential-changes.js';
import { requireAllowed } from '../require-allowed.js';
import { PasswordChanger } from '../users/password-changer.js';
import type { UserEntity } from '../users/user.entity.js';
import { UsersRepository } from '../users/users.repository.js';
import { parseBio, parseEmail, parseFullName, parseWebsite } from './profile.rules.js';

/** What somebody changes about themselves; what is not given stays. */
export interface ProfileChange {
  readonly email?: string;
  readonly fullName?: string;
  readonly password?: { readonly old: string; readonly new: string };
  /** Of the second factor, for a new password. */
  readonly code?: string;
  readonly clientAddress: string;
}

/** The same by merge patch (RFC 7396): `null` takes away. */
export interface ProfilePatch {
  readonly email?: string | null | undefined;
  readonly fullName?: string | null | undefined;
  readonly bio?: string | null | undefined;
  readonly website?: string | null | undefined;
}

/** Whose profile is changed by whom. */
export interface PatchedProfile {
  readonly by: AuditActor;
  readonly caller: Principal;
  readonly userId: UserId;
  readonly requireVersion: (version: number) => void;
}

const columns = ['email', 'fullName', 'bio', 'website'] as const;

type ProfileColumns = Partial<Pick<UserEntity, (typeof columns)[number]>>;

@Injectable()
export class Profiles {
  constructor(
    private readonly users: UsersRepository,
    private readonly passwords: PasswordChanger,
    private readonly audit: AuditTrail,
    private readonly changes: CredentialChanges,
  ) {}

  /** The caller's own; a token needs `read` on everything. */
  async get(caller: Principal): Promise<UserEntity> {
    const resource = accountOf(caller);
    requireAllowed(caller, 'read', { resource, what: 'Your profile' });
    const user = await this.users.findById(caller.userId);
    if (user !== undefined && !user.suspended) return user;
    throw new DomainError('unauthenticated', 'auth.required', 'You must sign in to do this.');
  }

  /**
   * All of it or nothing. A token needs `metadata` on everything; a new password needs the old one as well. Throws
   * `unauthenticated` `login.failed`, `invalid` `user.email` | `user.full-name` | `password.length`, `limit`.
   */
  async update(caller: Principal, { clientAddress, ...change }: ProfileChange): Promise<UserEntity> {
    const { email, fullName, password, code } = change;
    const details = {
      ...(email === undefined ? {} : { email: parseEmail(email) }),
      ...(fullName === undefined ? {} : { fullName: parseFullName(fullName) }),
    };
    const user = await this.get(caller);
    const { userId } = user;
    requireAllowed(caller, 'metadata', { resource: accountOf(caller), what: 'Your profile' });
    const by: AuditActor = { ...actorOfPrincipal(caller), clientAddress };
    const prepared =
      password === undefined
        ? undefined
        : await this.passwords.prepare(user, {
            caller,
            clientAddress,
            currentPassword: password.old,
            code,
            newPassword: password.new,
          });
    await this.changes.run(async (manager) => {
      if (prepared !== undefined) await this.passwords.apply(manager, by, prepared);
      await this.#write(manager, by, userId, () => details);
    });
    return this.get(caller);
  }

  /**
   * Changes what is given, `null` takes it away; another address is unverified. `requireVersion` is asked with the row
   * locked. Throws `not-found`, `invalid`, `forbidden` `auth.step-up-required` to a session that wants another address.
   */
  async patch(
    { by, caller, userId, requireVersion }: PatchedProfile,
    { email, fullName, bio, website }: ProfilePatch,
  ): Promise<UserEntity> {
    const changes = {
      ...(email === undefined ? {} : { email: email === null ? null : parseEmail(email) }),
      ...(fullName === undefined ? {} : { fullName: fullName === null ? null : parseFullName(fullName) }),
      ...(bio === undefined ? {} : { bio: bio === null ? null : parseBio(bio) }),
      ...(website === undefined ? {} : { website: website === null ? null : parseWebsite(website) }),
    };
    return this.changes.run(async (manager) => {
      await this.#write(manager, by, userId, (before) => {
        requireVersion(before.version);
        const movesEmail = changes.email !== undefined && changes.email !== before.email;
        if (movesEmail && caller.kind === 'user' && !isFreshlyProven(caller)) throw unproven();
        return changes;
      });
      const after = await this.users.findById(userId, manager);
      if (after !== undefined) return after;
      throw new DomainError('not-found', 'not-found', 'That user was not found.');
    });
  }

  async #write(
    manager: EntityManager,
    by: AuditActor,
    userId: UserId,
    changesTo: (before: UserEntity) => ProfileColumns,
  ): Promise<void> {
    const before = await this.users.lock(manager, userId);
    if (before === undefined || before.deletedAt !== null) {
      throw new DomainError('not-found', 'not-found', 'That user was not found.');
    }
    const changes = changesTo(before);
    const changed = columns.filter((key) => changes[key] !== undefined && changes[key] !== before[key]);
    if (changed.length === 0) return;
    await this.users.change(manager, userId, {
      ...changes,
      ...(changed.includes('email') ? { emailVerifiedAt: null } : {}),
    });
    // Which, not what: the audit is kept for ever, an address is the person's to take away.
    await this.audit.record(manager, by, { action: 'user.update', subject: `user:${userId}`, details: { changed } });
  }
}

function accountOf(caller: Principal) {
  return caller.kind === 'anonymous' ? undefined : { kind: 'account' as const, userId: caller.userId };
}

function unproven(): DomainError {
  const message = 'Prove that it is you first, at POST /api/v1/session/proof: mail would go somewhere else.';
  return new DomainError('forbidden', 'auth.step-up-required', message);
}
