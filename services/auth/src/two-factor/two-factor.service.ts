import { Injectable } from '@nestjs/common';
import type { AuditActor, AuditedAction } from '@waybill/audit';
import { AuditTrail } from '@waybill/audit';
import type { SessionId, UserId } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import { UnitOfWork } from '@waybill/persistence';
import type { EntityManager } from 'typeorm';
import { CredentialChanges } from '../credential-changes/credential-changes.js';
import { AuthMail } from '../mail/auth-mail.js';
import type { PasswordAttempt, ProvenUser } from '../passwords/password-login.service.js';
import { PasswordLogin } from '../passwords/password-login.service.js';
import { SlidingWindows } from '../throttles/sliding-windows.js';
import { SessionsRepository } from '../sessions/sessions.repository.js';
import { GrantsChangedAnnouncer } from '../users/grants-changed.announcer.js';
import type { UserEntity } from '../users/user.entity.js';
import { UsersRepository } from '../users/users.repository.js';
import {
  newRecoveryCodes,
  newTwoFactorSecret,
  otpauthUri,
  parseCode,
  shownSecret,
  stepOfCode,
} from './two-factor.rules.js';
import { throttled } from './second-factor.js';
import { TwoFactorSeal } from './two-factor-seal.js';
import { TwoFactorsRepository } from './two-factors.repository.js';

/** What an authenticator needs: shown once, to the person alone. */
export interface BegunTwoFactor {
  readonly secret: string;
  readonly otpauthUri: string;
}

/** Somebody who sets up their own second factor. */
export interface Enrollment {
  readonly by: AuditActor;
  readonly userId: UserId;
  /** The session that does it; others count as unproven from then on. */
  readonly sessionId?: SessionId | undefined;
}

/** What the mail says of each change. */
const changeOf = {
  'two-factor.enable': 'enabled',
  'two-factor.disable': 'disabled',
  'two-factor.renew-recovery-codes': 'recovery-codes-renewed',
} as const satisfies Partial<Record<AuditedAction, string>>;

/** So long is what was begun good for. */
const maxPendingMs = 3_600_000;

/** Wrong codes of what was begun: whoever has a token of the person must not find the right one by trying. */
const wrongCodesPerHour = 10;

@Injectable()
export class TwoFactorService {
  readonly #wrong = new SlidingWindows({ windowSeconds: 3600, limit: wrongCodesPerHour });

  constructor(
    private readonly twoFactors: TwoFactorsRepository,
    private readonly users: UsersRepository,
    private readonly sessions: SessionsRepository,
    private readonly seal: TwoFactorSeal,
    private readonly login: PasswordLogin,
    private readonly grantsChanged: GrantsChangedAnnouncer,
    private readonly audit: AuditTrail,
    private readonly mail: AuthMail,
    private readonly changes: CredentialChanges,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /** A new secret; nothing asks for codes of it before it is confirmed. Throws `conflict` `two-factor.enabled`. */
  async begin(userId: UserId, installation: string, proven?: ProvenUser): Promise<BegunTwoFactor> {
    const secret = newTwoFactorSecret();
    const sealed = this.seal.seal(userId, secret);
    const { username } = await this.unitOfWork.run(async (manager) => {
      if (proven !== undefined) await this.login.requireStillProven(manager, proven);
      const user = await this.#lock(manager, userId);
      if (user.twoFactorEnabledAt !== null) throw enabled();
      await this.twoFactors.begin(manager, userId, sealed);
      return user;
    });
    return { secret: shownSecret(secret), otpauthUri: otpauthUri(secret, { username, installation }) };
  }

  /**
   * The authenticator works: from now on signing in asks for it. The recovery codes, shown once. Throws `conflict`
   * `two-factor.enabled` | `two-factor.not-begun`, `invalid` `two-factor.wrong-code`, `limit` `two-factor.throttled`.
   */
  async confirm({ by, userId, sessionId }: Enrollment, text: string): Promise<readonly string[]> {
    const { codes, hashes } = newRecoveryCodes();
    const waitMs = this.#wrong.waitMs(userId);
    if (waitMs > 0) throw throttled(waitMs);
    await this.changes.run(async (manager) => {
      const user = await this.#lock(manager, userId);
      if (user.twoFactorEnabledAt !== null) throw enabled();
      const begun = await this.twoFactors.findBegun(manager, userId);
      if (begun === undefined || begun.createdAt.getTime() < Date.now() - maxPendingMs) throw notBegun();
      const code = parseCode(text);
      const secret = this.seal.open(userId, begun.sealedSecret);
      const step = code?.kind === 'totp' ? stepOfCode(secret, code.digits, Date.now()) : undefined;
      if (step === undefined) {
        this.#wrong.add(userId);
        throw wrongCode();
      }
      await this.twoFactors.confirm(manager, userId, step);
      await this.twoFactors.replaceRecoveryCodes(manager, userId, hashes);
      await this.users.change(manager, userId, { twoFactorEnabledAt: new Date() });
      // They were proven by a password alone (security.md W7).
      await this.sessions.unproveOthers(manager, userId, sessionId);
      await this.#changed(manager, by, user, 'two-factor.enable');
    });
    return codes;
  }

  /** New recovery codes, shown once; the old ones are worth nothing. Throws `conflict` `two-factor.not-enabled`. */
  async renewRecoveryCodes(by: AuditActor, userId: UserId): Promise<readonly string[]> {
    const { codes, hashes } = newRecoveryCodes();
    await this.changes.run(async (manager) => {
      const user = await this.#lock(manager, userId);
      if (user.twoFactorEnabledAt === null) throw notEnabled();
      await this.twoFactors.replaceRecoveryCodes(manager, userId, hashes);
      await this.#changed(manager, by, user, 'two-factor.renew-recovery-codes');
    });
    return codes;
  }

  /**
   * Signing in asks for it no more. The caller has proven it is them, or administers the installation. Idempotent for
   * what was begun and not confirmed.
   */
  async disable(by: AuditActor, userId: UserId, proven?: ProvenUser): Promise<void> {
    await this.changes.run(async (manager) => {
      if (proven !== undefined) await this.login.requireStillProven(manager, proven);
      const user = await this.#lock(manager, userId);
      await this.twoFactors.remove(manager, userId);
      if (user.twoFactorEnabledAt === null) return;
      await this.users.change(manager, userId, { twoFactorEnabledAt: null });
      await this.#changed(manager, by, user, 'two-factor.disable');
    });
  }

  /** For clients without sessions, whose person gives the password along. Throws what `PasswordLogin.prove` throws. */
  async prove(userId: UserId, attempt: PasswordAttempt): Promise<ProvenUser> {
    const proven = await this.login.prove(attempt);
    if (proven.userId === userId) return proven;
    throw new DomainError('unauthenticated', 'auth.required', 'You must sign in to do this.');
  }

  async #lock(manager: EntityManager, userId: UserId): Promise<UserEntity> {
    const user = await this.users.lock(manager, userId);
    if (user !== undefined && !user.suspended && user.kind === 'person') return user;
    throw new DomainError('unauthenticated', 'auth.required', 'You must sign in to do this.');
  }

  async #changed(
    manager: EntityManager,
    by: AuditActor,
    { userId, username, email }: UserEntity,
    action: keyof typeof changeOf,
  ): Promise<void> {
    // Organizations that ask for a second factor give more to who has one.
    await this.grantsChanged.announce(manager, userId);
    await this.audit.record(manager, by, { action, subject: `user:${userId}` });
    const values = {
      username,
      change: changeOf[action],
      at: new Date().toISOString(),
      clientAddress: by.clientAddress ?? '',
    };
    this.mail.send({ to: email, template: 'two-factor-changed', values });
  }
}

function enabled(): DomainError {
  return new DomainError('conflict', 'two-factor.enabled', 'Your second factor is set up already: disable it first.');
}

function notBegun(): DomainError {
  return new DomainError('conflict', 'two-factor.not-begun', 'Begin to set up a second factor first.');
}

function notEnabled(): DomainError {
  return new DomainError('conflict', 'two-factor.not-enabled', 'You have no second factor.');
}

function wrongCode(): DomainError {
  const message = 'That is not the code that your authenticator shows now.';
  return new DomainError('invalid', 'two-factor.wrong-code', message, {
    details: { errors: [{ field: 'body.code', code: 'two-factor.wrong-code', message }] },
  });
}
