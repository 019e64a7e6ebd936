import { Injectable } from '@nestjs/common';
import { AuditTrail } from '@waybill/audit';
import { DomainError } from '@waybill/domain';
import { UnitOfWork } from '@waybill/persistence';
import { AuthMail } from '../mail/auth-mail.js';
import { SlidingWindows } from '../throttles/sliding-windows.js';
import type { UserEntity } from '../users/user.entity.js';
import { parseCode, stepOfCode } from './two-factor.rules.js';
import { TwoFactorSeal } from './two-factor-seal.js';
import { TwoFactorsRepository } from './two-factors.repository.js';

export interface CodeUse {
  readonly user: Pick<UserEntity, 'userId' | 'username' | 'email'>;
  readonly code: string;
  readonly clientAddress: string;
}

/**
 * Wrong codes for one account from everywhere together, which only who has its password or a session of it can send: more would be a
 * search through all of them from many addresses. Recovery codes, too long to be searched, go on working for the person.
 */
const wrongCodesPerHour = 100;

/**
 * Codes that came with tokens of one person and were not taken, recovery codes among them. They count by themselves, so that who took a
 * token does not shut the person out at the browser, and for all tokens together, since a token can make others.
 */
const wrongCodesWithTokensPerHour = 10;

/** The one place that takes a code of a second factor, each at most once (security.md W7). */
@Injectable()
export class SecondFactor {
  readonly #wrong = new SlidingWindows({ windowSeconds: 3600, limit: wrongCodesPerHour });
  readonly #wrongWithTokens = new SlidingWindows({ windowSeconds: 3600, limit: wrongCodesWithTokensPerHour });

  constructor(
    private readonly twoFactors: TwoFactorsRepository,
    private readonly seal: TwoFactorSeal,
    private readonly audit: AuditTrail,
    private readonly mail: AuthMail,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /**
   * Uses the code up, of who has given the password or has a session; callers count their attempts. Throws `unauthenticated`
   * `login.second-factor-failed` for a wrong one and for one that was used.
   */
  async use(use: CodeUse): Promise<void> {
    if (!(await this.#take(use, this.#wrong))) throw failed();
  }

  /** The same of who comes with a token. Throws `limit` `two-factor.throttled` as well. */
  async useWithToken(use: CodeUse): Promise<void> {
    const { userId } = use.user;
    const waitMs = this.#wrongWithTokens.waitMs(userId);
    if (waitMs > 0) throw throttled(waitMs);
    // Before anything is waited for, so that many at once are counted like one after the other.
    this.#wrongWithTokens.add(userId);
    if (!(await this.#take(use))) throw failed();
    this.#wrongWithTokens.takeBack(userId);
  }

  async #take(use: CodeUse, wrong?: SlidingWindows): Promise<boolean> {
    const code = parseCode(use.code);
    if (code === undefined) return false;
    return code.kind === 'totp' ? this.#takeTotp(use, code.digits, wrong) : this.#takeRecoveryCode(use, code.hash);
  }

  async #takeTotp({ user }: CodeUse, digits: string, wrong?: SlidingWindows): Promise<boolean> {
    const { userId } = user;
    if (wrong !== undefined && wrong.waitMs(userId) > 0) return false;
    const twoFactor = await this.twoFactors.findConfirmed(userId);
    if (twoFactor === undefined) return false;
    const step = stepOfCode(this.seal.open(userId, twoFactor.sealedSecret), digits, Date.now());
    if (step === undefined) wrong?.add(userId);
    return step !== undefined && this.twoFactors.takeStep(twoFactor, step);
  }

  #takeRecoveryCode({ user, clientAddress }: CodeUse, hash: string): Promise<boolean> {
    const { userId, username, email } = user;
    return this.unitOfWork.run(async (manager) => {
      if (!(await this.twoFactors.takeRecoveryCode(manager, userId, hash))) return false;
      const left = await this.twoFactors.countRecoveryCodes(userId, manager);
      await this.audit.record(
        manager,
        { actor: `user:${userId}`, userId, clientAddress },
        { action: 'two-factor.use-recovery-code', subject: `user:${userId}`, details: { left } },
      );
      const at = new Date().toISOString();
      const values = { username, change: 'recovery-code-used' as const, at, clientAddress };
      this.mail.send({ to: email, template: 'two-factor-changed', values });
      return true;
    });
  }
}

export function secondFactorNeeded(): DomainError {
  const message = 'A code of your second factor is needed as well, or one of your recovery codes.';
  return new DomainError('unauthenticated', 'login.second-factor-needed', message);
}

/** `waitMs`: until there is room for one more. */
export function throttled(waitMs: number): DomainError {
  return new DomainError('limit', 'two-factor.throttled', 'Too many wrong codes; try again later.', {
    retryAfterSeconds: Math.ceil(waitMs / 1000),
  });
}

function failed(): DomainError {
  const message = 'That code is not right, or it was used already: wait for the next one.';
  return new DomainError('unauthenticated', 'login.second-factor-failed', message);
}
