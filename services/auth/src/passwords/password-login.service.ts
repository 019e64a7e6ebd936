import { Injectable } from '@nestjs/common';
import type { UserId } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import { UsersRepository } from '../users/users.repository.js';
import type { LoginAttempt } from './login-throttle.js';
import { LoginThrottle } from './login-throttle.js';
import type { PasswordHash } from './password-hasher.js';
import { PasswordHasher } from './password-hasher.js';

/** Somebody who proved to know a password; `passwordHash` is the one that it matched. */
export interface ProvenUser {
  readonly userId: UserId;
  readonly username: string;
  readonly passwordHash: PasswordHash;
}

/** The one way in which a password is checked, whatever it is for: throttled, and telling nothing (security.md A6, A11). */
@Injectable()
export class PasswordLogin {
  constructor(
    private readonly users: UsersRepository,
    private readonly hasher: PasswordHasher,
    private readonly throttle: LoginThrottle,
  ) {}

  /** Throws `unauthenticated` `login.failed` (unknown, wrong and suspended alike), `limit`, `unavailable`. */
  async prove(attempt: LoginAttempt & { readonly password: string }): Promise<ProvenUser> {
    await this.throttle.begin(attempt);
    const user = await this.users.findByUsername(attempt.username.toLowerCase());
    const known = user?.passwordHash ?? undefined;
    const matched = await this.hasher.matches(attempt.password, known);
    if (user === undefined || known === undefined || !matched || user.suspended) throw loginFailed();
    await this.throttle.succeeded(attempt);
    const { userId, username } = user;
    return { userId, username, passwordHash: await this.#refreshed(userId, attempt.password, known) };
  }

  /**
   * Within the transaction that uses the proof: locks the user, and throws `login.failed` if the password was changed
   * or the user suspended since it was proven.
   */
  async requireStillProven(manager: EntityManager, proven: ProvenUser): Promise<void> {
    const user = await this.users.lock(manager, proven.userId);
    if (user === undefined || user.suspended || user.passwordHash !== proven.passwordHash) throw loginFailed();
  }

  async #refreshed(userId: UserId, password: string, hash: PasswordHash): Promise<PasswordHash> {
    if (!this.hasher.isOutdated(hash)) return hash;
    // A full queue puts it off until the next login.
    const fresh = await this.hasher.hash(password).catch(() => undefined);
    if (fresh === undefined) return hash;
    return (await this.users.replacePasswordHash(userId, hash, fresh)) ? fresh : hash;
  }
}

function loginFailed(): DomainError {
  return new DomainError('unauthenticated', 'login.failed', 'That username and password do not belong together.');
}
