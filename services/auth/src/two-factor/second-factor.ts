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
 * Wrong codes for one account from everywhere together, which only who has its password can send: more would be a search
 * through all of them from many addresses. Recovery codes, too long to be searched, go on working for the person.
 */
const wrongCodesPerHour = 100;

/** The one place that takes a code of a second factor, each at most once (security.md W7). Callers count attempts. */
@Injectable()
export class SecondFactor {
  readonly #wrong = new SlidingWindows({ windowSeconds: 3600, limit: wrongCodesPerHour });

  constructor(
    private readonly twoFactors: TwoFactorsRepository,
    private readonly seal: TwoFactorSeal,
    private readonly audit: AuditTrail,
    private readonly mail: AuthMail,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /** Uses the code up. Throws `unauthenticated` `login.second-factor-failed` for a wrong one and for one that was used. */
  async use(use: CodeUse): Promise<void> {
    const code = parseCode(use.code);
    if (code === undefined) throw failed();
    const accepted =
      code.kind === 'totp' ? await this.#useTotp(use, code.digits) : await this.#useRecoveryCode(use, code.hash);
    if (!accepted) throw failed();
  }

  async #useTotp({ user }: CodeUse, digits: string): Promise<boolean> {
    const { userId } = user;
    if (this.#wrong.waitMs(userId) > 0) return false;
    const twoFactor = await this.twoFactors.findConfirmed(userId);
    if (twoFactor === undefined) return false;
    const step = stepOfCode(this.seal.open(userId, twoFactor.sealedSecret), digits, Date.now());
    if (step === undefined) this.#wrong.add(userId);
    return step !== undefined && this.twoFactors.takeStep(twoFactor, step);
  }

  #useRecoveryCode({ user, clientAddress }: CodeUse, hash: string): Promise<boolean> {
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

function failed(): DomainError {
  const message = 'That code is not right, or it was used already: wait for the next one.';
  return new DomainError('unauthenticated', 'login.second-factor-failed', message);
}
