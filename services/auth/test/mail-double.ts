import type { NatsConnection } from '@nats-io/transport-node';
import { mailStatus, sendMail } from '@waybill/contracts';
import type { RequestOf } from '@waybill/contracts';
import { z } from 'zod';

export type SentMail = RequestOf<typeof sendMail>;

const asked = z.object({ id: z.string(), data: z.unknown() });

/** What `notifications` answers about mail, and what it was given to send. It speaks Nest's NATS transport. */
export class MailDouble {
  /** Whether there is a mail server. */
  configured = true;
  readonly sent: SentMail[] = [];

  constructor(bus: NatsConnection) {
    this.#answer(bus, mailStatus.subject, () => ({ configured: this.configured }));
    this.#answer(bus, sendMail.subject, (data) => {
      this.sent.push(sendMail.request.parse(data));
      return { accepted: this.configured };
    });
  }

  /** Mails of one template to somebody, oldest first. */
  to(address: string, template: SentMail['template']): SentMail[] {
    return this.sent.filter((mail) => mail.to === address && mail.template === template);
  }

  #answer(bus: NatsConnection, subject: string, reply: (data: unknown) => object): void {
    bus.subscribe(subject, {
      callback: (error, message) => {
        if (error !== null) return;
        const { id, data } = asked.parse(message.json());
        message.respond(JSON.stringify({ id, response: { ok: reply(data) }, isDisposed: true }));
      },
    });
  }
}
