import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { DomainError } from '@waybill/domain';
import { SERVICE_CONFIG } from '@waybill/service-host';
import { createTransport, type Transporter } from 'nodemailer';
import type { NotificationsConfig } from '../config.js';
import type { RenderedLetter } from './letter.rules.js';

export interface OutgoingMail extends RenderedLetter {
  readonly mailId: string;
  readonly to: string;
}

/** `refused`: this mail, for good. `failed`: it may work later. `error` is a code, never what the server said. */
export type SendResult = { readonly kind: 'sent' } | { readonly kind: 'refused' | 'failed'; readonly error: string };

const connections = 2;
const connectMilliseconds = 10_000;
const silenceMilliseconds = 30_000;
const address = /^[^\s\p{Cc}<>]{1,64}@[^\s\p{Cc}<>]{1,255}$/u;

/** The mail server of the operator, if there is one. */
@Injectable()
export class MailTransport implements OnModuleDestroy {
  readonly #transporter: Transporter | undefined;
  readonly #from: string;
  readonly #host: string;

  /** Errors: `invalid` `config.invalid` for an address that is no mail server's, and without a sender. */
  constructor(@Inject(SERVICE_CONFIG) config: NotificationsConfig) {
    const { WAYBILL_SMTP_URL: url, WAYBILL_MAIL_FROM: from = '', WAYBILL_SMTP_STARTTLS: startTls } = config;
    this.#from = from;
    this.#host = new URL(config.WAYBILL_EXTERNAL_URL).hostname;
    if (url === undefined) return;
    if (!/^smtps?:\/\//.test(url.reveal()) || !URL.canParse(url.reveal())) {
      throw new DomainError('invalid', 'config.invalid', 'WAYBILL_SMTP_URL is not an smtp:// or smtps:// address.');
    }
    if (!address.test(from)) {
      throw new DomainError('invalid', 'config.invalid', 'WAYBILL_MAIL_FROM: mails need the address of a sender.');
    }
    this.#transporter = createTransport({
      url: url.reveal(),
      pool: true,
      maxConnections: connections,
      requireTLS: startTls === 'required',
      connectionTimeout: connectMilliseconds,
      greetingTimeout: connectMilliseconds,
      socketTimeout: silenceMilliseconds,
      // What a mail is made of is in memory: nothing is read from a disk or an address.
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  }

  get configured(): boolean {
    return this.#transporter !== undefined;
  }

  async send({ mailId, to, subject, text, html }: OutgoingMail): Promise<SendResult> {
    if (this.#transporter === undefined) return { kind: 'failed', error: 'mail.no-server' };
    try {
      await this.#transporter.sendMail({
        from: this.#from,
        // As an object it is one recipient, whatever is in it.
        to: { name: '', address: to },
        subject,
        text,
        html,
        // The same at every try, so that one that came twice is seen to be one.
        messageId: `<${mailId}@${this.#host}>`,
        // RFC 3834 §5: no out-of-office answers.
        headers: { 'Auto-Submitted': 'auto-generated' },
      });
      return { kind: 'sent' };
    } catch (thrown) {
      return resultOf(thrown);
    }
  }

  onModuleDestroy(): void {
    this.#transporter?.close();
  }
}

/** Of a server that answered 5xx about the recipient or the mail, no other answer is to be had (RFC 5321 §4.2.1). */
function resultOf(thrown: unknown): SendResult {
  const { code, responseCode } = thrown as { readonly code?: unknown; readonly responseCode?: unknown };
  if (typeof responseCode === 'number') {
    const isAboutMail = code === 'EENVELOPE' || code === 'EMESSAGE';
    return { kind: isAboutMail && responseCode >= 500 ? 'refused' : 'failed', error: `mail.answered-${responseCode}` };
  }
  return { kind: 'failed', error: typeof code === 'string' ? `mail.${code.toLowerCase()}` : 'mail.failed' };
}
