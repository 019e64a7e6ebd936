import { Inject, Injectable } from '@nestjs/common';
import type { UserId } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import { SERVICE_CONFIG } from '@waybill/service-host';
import type { EntityManager } from 'typeorm';
import type { AuthConfig } from '../config.js';
import { DirectoryLogin } from '../directories/directory-login.service.js';
import { SecondFactor, secondFactorNeeded } from '../two-factor/second-factor.js';
import type { UserEntity } from '../users/user.entity.js';
import { UsersRepository } from '../users/users.repository.js';
import type { LoginAttempt } from './login-throttle.js';
import { LoginThrottle } from './login-throttle.js';
import type { PasswordHash } from './password-hasher.js';
import { PasswordHasher } from './password-hasher.js';
import { SignInFailures } from './sign-in-failures.js';

/** Somebody who proved to know a password, and a second factor if they have one; as the account was then. */
export interface ProvenUser {
  readonly userId: UserId;
  readonly username: string;
  /** Null where a directory has checked it. */
  readonly passwordHash: PasswordHash | null;
  readonly withSecondFactor: boolean;
  /** As the account had it when the proof began. */
  readonly credentialGeneration: number;
}

export interface PasswordAttempt extends LoginAttempt {
  readonly password: string;
  /** Of the second factor, or a recovery code; needed by who has one. */
  readonly code?: string | undefined;
}

/** What somebody who is signed in proves it with once more. */
export interface Proof {
  readonly password?: string | undefined;
  readonly code?: string | undefined;
  readonly clientAddress: string;
}

/**
 * The one way in which a password and a second factor are checked, whatever for: throttled, and telling nothing
 * (security.md A6, A11, W7).
 */
@Injectable()
export class PasswordLogin {
  constructor(
    private readonly users: UsersRepository,
    private readonly hasher: PasswordHasher,
    private readonly throttle: LoginThrottle,
    private readonly secondFactor: SecondFactor,
    private readonly directory: DirectoryLogin,
    private readonly failures: SignInFailures,
    @Inject(SERVICE_CONFIG) private readonly config: AuthConfig,
  ) {}

  /**
   * Throws `unauthenticated` `login.failed` (unknown, wrong and suspended alike), and only after the right password
   * `login.second-factor-needed` | `login.second-factor-failed`; `limit`, `unavailable`.
   */
  prove(attempt: PasswordAttempt): Promise<ProvenUser> {
    return this.#audited(attempt, () => this.#prove(attempt));
  }

  /**
   * The same, and it is that account's password: a directory knows by the same name perhaps somebody else, whose password
   * proves nothing about this one.
   */
  proveAs(userId: UserId, attempt: PasswordAttempt): Promise<ProvenUser> {
    return this.#audited(attempt, async () => {
      const proven = await this.#prove(attempt);
      if (proven.userId !== userId) throw loginFailed();
      return proven;
    });
  }

  async #prove(attempt: PasswordAttempt): Promise<ProvenUser> {
    await this.throttle.begin(attempt);
    const { user, passwordHash, credentialGeneration } =
      (await this.#proveHere(attempt)) ?? (await this.#proveInDirectory(attempt));
    if (user.suspended) throw loginFailed();
    await this.#proveSecond(user, attempt);
    await this.throttle.succeeded(attempt);
    const { userId, username, twoFactorEnabledAt } = user;
    return { userId, username, passwordHash, withSecondFactor: twoFactorEnabledAt !== null, credentialGeneration };
  }

  /**
   * Who is signed in proves it once more: with the second factor if they have one, else with the password. Throws what
   * `prove` throws, and `invalid` `proof.password-missing`.
   */
  async proveAgain(userId: UserId, { password, code, clientAddress }: Proof): Promise<void> {
    const user = await this.users.findById(userId);
    if (user === undefined || user.suspended) throw loginFailed();
    const { username } = user;
    const attempt = { username, clientAddress, code };
    if (user.twoFactorEnabledAt === null) {
      if (password === undefined) {
        throw new DomainError('invalid', 'proof.password-missing', 'Your password is needed.');
      }
      await this.proveAs(userId, { ...attempt, password });
      return;
    }
    await this.#audited(attempt, async () => {
      await this.throttle.begin(attempt);
      await this.#proveSecond(user, attempt);
      await this.throttle.succeeded(attempt);
    });
  }

  async #audited<Result>(attempt: LoginAttempt, prove: () => Promise<Result>): Promise<Result> {
    try {
      return await prove();
    } catch (error) {
      this.failures.tell(attempt, error);
      throw error;
    }
  }

  /**
   * Within the transaction that uses the proof: locks the user, and throws `login.failed` if the password was changed, a
   * second factor set up, the user suspended, or anything of theirs ended or unlinked since it was proven (A11).
   */
  async requireStillProven(manager: EntityManager, proven: ProvenUser): Promise<void> {
    const user = await this.users.lock(manager, proven.userId);
    if (user === undefined || user.suspended || user.passwordHash !== proven.passwordHash) throw loginFailed();
    if (user.credentialGeneration !== proven.credentialGeneration) throw loginFailed();
    if (user.twoFactorEnabledAt !== null && !proven.withSecondFactor) throw secondFactorNeeded();
  }

  /** By the password that the account has here, where such passwords open it. */
  async #proveHere(attempt: PasswordAttempt): Promise<ProvenPassword | undefined> {
    const user = await this.users.findByUsername(attempt.username.toLowerCase());
    const known = user?.passwordHash ?? undefined;
    const matched = await this.hasher.matches(attempt.password, known);
    if (user === undefined || known === undefined || !matched) return undefined;
    if (this.config.WAYBILL_PASSWORD_SIGN_IN === 'admins' && !user.installationAdmin) throw loginFailed();
    const { userId, credentialGeneration } = user;
    return { user, credentialGeneration, passwordHash: await this.#refreshed(userId, attempt.password, known) };
  }

  async #proveInDirectory(attempt: PasswordAttempt): Promise<ProvenPassword> {
    const account = await this.directory.prove(attempt);
    if (account === undefined) throw loginFailed();
    const user = await this.users.findById(account.userId);
    if (user === undefined) throw loginFailed();
    // Not that of `user`, who is read later: what was ended in between has ended this proof, too.
    return { user, passwordHash: user.passwordHash, credentialGeneration: account.credentialGeneration };
  }

  async #proveSecond(user: UserEntity, attempt: LoginAttempt & Pick<PasswordAttempt, 'code'>): Promise<void> {
    if (user.twoFactorEnabledAt === null) return;
    const { code, clientAddress } = attempt;
    if (code === undefined || code === '') {
      await this.throttle.halfway(attempt);
      throw secondFactorNeeded();
    }
    await this.secondFactor.use({ user, code, clientAddress });
  }

  async #refreshed(userId: UserId, password: string, hash: PasswordHash): Promise<PasswordHash> {
    if (!this.hasher.isOutdated(hash)) return hash;
    // A full queue puts it off until the next login.
    const fresh = await this.hasher.hash(password).catch(() => undefined);
    if (fresh === undefined) return hash;
    return (await this.users.replacePasswordHash(userId, hash, fresh)) ? fresh : hash;
  }
}

interface ProvenPassword {
  readonly user: UserEntity;
  readonly passwordHash: PasswordHash | null;
  readonly credentialGeneration: number;
}

function loginFailed(): DomainError {
  return new DomainError('unauthenticated', 'login.failed', 'That username and password do not belong together.');
}
