import { Inject, Injectable } from '@nestjs/common';
import type { RequestOf } from '@waybill/contracts';
import { mailStatus, sendMail } from '@waybill/contracts';
import { toDomainError } from '@waybill/domain';
import { RequestClient } from '@waybill/messaging';
import type { Logger } from '@waybill/observability';
import { UnitOfWork } from '@waybill/persistence';
import { LOGGER } from '@waybill/service-host';

type Mail = RequestOf<typeof sendMail>;

const timeoutMs = 2000;

/** Mail to people, where the installation can send it. Nothing here depends on it: what cannot be sent is logged and let be. */
@Injectable()
export class AuthMail {
  constructor(
    private readonly requests: RequestClient,
    private readonly unitOfWork: UnitOfWork,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** Whether there is a mail server; false as well while nobody answers that. */
  async configured(): Promise<boolean> {
    const reply = await this.requests.ask(mailStatus, {}, { timeoutMs }).catch(() => ({ configured: false }));
    return reply.configured;
  }

  /** When the transaction around the call is committed. `to`: null for somebody without an address. */
  send({ to, ...mail }: Omit<Mail, 'to'> & { readonly to: string | null }): void {
    if (to === null) return;
    const addressed = { to, ...mail } as Mail;
    this.unitOfWork.afterCommit(() => void this.#send(addressed));
  }

  async #send(mail: Mail): Promise<void> {
    try {
      await this.requests.ask(sendMail, mail, { timeoutMs });
    } catch (error) {
      // Neither the address nor the link, which is a secret (security.md W6).
      this.log.warn({ msg: 'a mail was not sent', template: mail.template, code: toDomainError(error).code });
    }
  }
}
