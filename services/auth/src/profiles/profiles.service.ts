import { Injectable } from '@nestjs/common';
import type { AuditActor } from '@waybill/audit';
import { actorOfPrincipal, AuditTrail } from '@waybill/audit';
import type { Principal } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import { CredentialChanges } from '../credential-changes/credential-changes.js';
import { requireAllowed } from '../require-allowed.js';
import { PasswordChanger } from '../users/password-changer.js';
import type { UserEntity } from '../users/user.entity.js';
import { UsersRepository } from '../users/users.repository.js';
import { parseEmail, parseFullName } from './profile.rules.js';

/** What somebody changes about themselves; what is not given stays. */
export interface ProfileChange {
  readonly email?: string;
  readonly fullName?: string;
  readonly password?: { readonly old: string; readonly new: string };
  readonly clientAddress: string;
}

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
    const { email, fullName, password } = change;
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
            newPassword: password.new,
          });
    await this.changes.run(async (manager) => {
      if (prepared !== undefined) await this.passwords.apply(manager, by, prepared);
      const before = await this.users.lock(manager, userId);
      const changed = changedKeys(details, before);
      if (changed.length === 0) return;
      await this.users.change(manager, userId, details);
      // Which, not what: the audit is kept for ever, an address is the person's to take away.
      const entry = { action: 'user.update' as const, subject: `user:${userId}`, details: { changed } };
      await this.audit.record(manager, by, entry);
    });
    return this.get(caller);
  }
}

function accountOf(caller: Principal) {
  return caller.kind === 'anonymous' ? undefined : { kind: 'account' as const, userId: caller.userId };
}

function changedKeys(
  details: Partial<Pick<UserEntity, 'email' | 'fullName'>>,
  before: UserEntity | undefined,
): string[] {
  const keys = ['email', 'fullName'] as const;
  return keys.filter((key) => details[key] !== undefined && details[key] !== before?.[key]);
}
