import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { DomainError } from '@waybill/domain';
import { Seal } from '@waybill/sealing';
import { SERVICE_CONFIG } from '@waybill/service-host';
import { Clock } from '../clock/clock.js';
import type { NotificationsConfig } from '../config.js';
import { renderLetter, type RenderedLetter } from './letter.rules.js';
import { letterOf, type MailContent, type MailRequest } from './mail-templates.js';
import { MailTransport } from './mail-transport.js';
import { MailTurns } from './mail-turns.js';
import { type ClaimedMail, MailRepository } from './mail.repository.js';

const purpose = 'waybill mail values v1';
const maxWaiting = 10_000;
const retryAfterSeconds = 60;

@Injectable()
export class MailService {
  readonly #mails: MailRepository;
  readonly #transport: MailTransport;
  readonly #turns: MailTurns;
  readonly #clock: Clock;
  readonly #externalUrl: string;
  readonly #seal: Seal;

  constructor(
    mails: MailRepository,
    transport: MailTransport,
    turns: MailTurns,
    clock: Clock,
    @Inject(SERVICE_CONFIG) config: NotificationsConfig,
  ) {
    this.#mails = mails;
    this.#transport = transport;
    this.#turns = turns;
    this.#clock = clock;
    this.#externalUrl = config.WAYBILL_EXTERNAL_URL;
    this.#seal = new Seal(config.WAYBILL_NOTIFICATIONS_KEY_SECRET.reveal(), purpose);
  }

  get configured(): boolean {
    return this.#transport.configured;
  }

  /** True once it is in the queue; false where there is no mail server. Errors: `limit` `mail.queue-full`. */
  async enqueue({ to, ...content }: MailRequest): Promise<boolean> {
    if (!this.configured) return false;
    const mailId = randomUUID();
    const sealedValues = this.#seal.seal(mailId, Buffer.from(JSON.stringify(content)));
    const mail = { mailId, recipient: to, template: content.template, sealedValues, createdAt: this.#clock.now() };
    if (!(await this.#mails.insert(mail, maxWaiting))) {
      throw new DomainError('limit', 'mail.queue-full', 'Too many mails wait already.', { retryAfterSeconds });
    }
    this.#turns.wake();
    return true;
  }

  /** What a waiting mail says. Errors: `internal` `seal.broken`. */
  read({ mailId, sealedValues }: ClaimedMail): RenderedLetter {
    const content = JSON.parse(this.#seal.open(mailId, sealedValues).toString()) as MailContent;
    return renderLetter(letterOf(content), this.#externalUrl);
  }
}
