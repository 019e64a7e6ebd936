import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Logger } from '@waybill/observability';
import { LOGGER } from '@waybill/service-host';
import { Clock } from '../clock/clock.js';
import { mailPauses, pauseAfter } from '../dispatch/retry.rules.js';
import type { RenderedLetter } from './letter.rules.js';
import { MailTransport, type SendResult } from './mail-transport.js';
import { MailTurns } from './mail-turns.js';
import { type ClaimedMail, MailRepository } from './mail.repository.js';
import { MailService } from './mail.service.js';

const pollMilliseconds = 2000;
const leaseMilliseconds = 5 * 60_000;
const mailsAtATime = 2;
const maxTries = 20;

/** Hands waiting mails to the mail server, until it has taken them. Every replica has one; they share the work. */
@Injectable()
export class MailWorker implements OnApplicationBootstrap, OnModuleDestroy {
  #running: Promise<void> = Promise.resolve();

  constructor(
    private readonly mails: MailRepository,
    private readonly service: MailService,
    private readonly transport: MailTransport,
    private readonly turns: MailTurns,
    private readonly clock: Clock,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  onApplicationBootstrap(): void {
    if (this.transport.configured) this.#running = this.#run();
  }

  async onModuleDestroy(): Promise<void> {
    this.turns.stop();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.turns.stopped) {
      const sent = await this.#sendSome().catch((error: unknown) => {
        this.log.warn({ err: error }, 'Mails cannot be taken from the queue now.');
        return 0;
      });
      if (sent === 0) await this.turns.pause(pollMilliseconds);
    }
  }

  async #sendSome(): Promise<number> {
    const claimed = await this.mails.claim(this.clock.now(), this.clock.in(leaseMilliseconds), mailsAtATime);
    await Promise.all(claimed.map((mail) => this.#send(mail)));
    return claimed.length;
  }

  async #send(mail: ClaimedMail): Promise<void> {
    const letter = this.#read(mail);
    const result: SendResult =
      letter === undefined
        ? { kind: 'refused', error: 'mail.sealed' }
        : await this.transport.send({ ...letter, mailId: mail.mailId, to: mail.recipient });
    const now = this.clock.now();
    if (result.kind === 'sent') return this.mails.settle(mail, { state: 'sent', error: null, now });
    const { error } = result;
    const isOver = result.kind === 'refused' || mail.tries >= maxTries;
    // Neither to whom nor what: a mail may hold the key to an account (security.md W6).
    const facts = {
      'mail.id': mail.mailId,
      'mail.template': mail.template,
      'mail.error': error,
      'mail.tries': mail.tries,
    };
    this.log.warn(facts, isOver ? 'A mail could not be sent.' : 'A mail could not be sent and is tried again.');
    if (isOver) return this.mails.settle(mail, { state: 'failed', error, now });
    return this.mails.postpone(mail, this.clock.in(pauseAfter(mail.tries, mailPauses)), error);
  }

  /** Undefined for what was sealed with another secret. */
  #read(mail: ClaimedMail): RenderedLetter | undefined {
    try {
      return this.service.read(mail);
    } catch (error) {
      this.log.error({ err: error, 'mail.id': mail.mailId }, 'A waiting mail cannot be read.');
      return undefined;
    }
  }
}
