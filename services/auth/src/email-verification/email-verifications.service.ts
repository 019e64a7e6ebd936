import { Injectable } from '@nestjs/common';
import type { AuditActor } from '@waybill/audit';
import { AuditTrail } from '@waybill/audit';
import type { UserId } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import { UnitOfWork } from '@waybill/persistence';
import { AuthMail } from '../mail/auth-mail.js';
import { verifyEmailLink } from '../mail/mail-links.rules.js';
import { OneTimeSecretsRepository } from '../one-time-secrets/one-time-secrets.repository.js';
import { SlidingWindows } from '../throttles/sliding-windows.js';
import { UsersRepository } from '../users/users.repository.js';

const hours = 24;
const mailsPerHour = 5;

/** Whether mail reaches somebody at the address that they gave. */
@Injectable()
export class EmailVerifications {
  readonly #sent = new SlidingWindows({ windowSeconds: 3600, limit: mailsPerHour });

  constructor(
    private readonly users: UsersRepository,
    private readonly secrets: OneTimeSecretsRepository,
    private readonly audit: AuditTrail,
    private readonly mail: AuthMail,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /**
   * Sends a link to the address of the account. Throws `conflict` `mail.not-configured` | `email.missing` |
   * `email.verified`, `limit` `email.too-many-verifications`.
   */
  async send(userId: UserId, externalUrl: string): Promise<void> {
    if (!(await this.mail.configured())) {
      throw new DomainError('conflict', 'mail.not-configured', 'This installation sends no mail.');
    }
    const waitMs = this.#sent.waitMs(userId);
    if (waitMs > 0) {
      throw new DomainError('limit', 'email.too-many-verifications', 'Enough mails were sent: look for the last one.', {
        retryAfterSeconds: Math.ceil(waitMs / 1000),
      });
    }
    await this.unitOfWork.run(async (manager) => {
      const user = await this.users.lock(manager, userId);
      if (user === undefined || user.email === null) {
        throw new DomainError('conflict', 'email.missing', 'Your account has no e-mail address.');
      }
      const { email, username } = user;
      if (user.emailVerifiedAt !== null) {
        throw new DomainError('conflict', 'email.verified', 'Your e-mail address is verified already.');
      }
      const { secret, expiresAt } = await this.secrets.issue(manager, {
        kind: 'email-verification',
        userId,
        email,
        hours,
      });
      const link = verifyEmailLink(externalUrl, secret);
      const values = { username, link, expiresAt: expiresAt.toISOString() };
      this.mail.send({ to: email, template: 'verify-email', values });
    });
    this.#sent.add(userId);
  }

  /** The secret of the mail shows that it arrived. Throws `not-found` for one that is unknown, used, expired or of an address that was changed. */
  async confirm(by: Pick<AuditActor, 'requestId' | 'clientAddress'>, secret: string): Promise<void> {
    await this.unitOfWork.run(async (manager) => {
      const taken = await this.secrets.take(manager, 'email-verification', secret);
      const user = taken && (await this.users.lock(manager, taken.userId));
      if (user === undefined || user.suspended || user.email === null || user.email !== taken?.email) throw unknown();
      const { userId } = user;
      await this.users.change(manager, userId, { emailVerifiedAt: new Date() });
      const actor = { ...by, actor: `user:${userId}`, userId };
      await this.audit.record(manager, actor, { action: 'email.verify', subject: `user:${userId}` });
    });
  }
}

function unknown(): DomainError {
  return new DomainError('not-found', 'not-found', 'That link was used, is too old, or was for another address.');
}
