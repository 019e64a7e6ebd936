import type { AddressInfo } from 'node:net';
import { eventually } from '@waybill/testing';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer } from 'smtp-server';

/** A real mail server on loopback that keeps what it takes. */
export class MailServer {
  readonly #mails: Email[] = [];
  readonly #server = new SMTPServer({
    logger: false,
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData: (stream, _session, callback) => {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        void PostalMime.parse(Buffer.concat(parts)).then((mail) => {
          this.#mails.push(mail);
          callback();
        });
      });
    },
  });

  static async start(): Promise<MailServer> {
    const server = new MailServer();
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  /** What a Waybill is started with to send its mails here. */
  get environment(): Readonly<Record<string, string>> {
    const { port } = this.#server.server.address() as AddressInfo;
    return {
      WAYBILL_SMTP_URL: `smtp://127.0.0.1:${port}`,
      WAYBILL_SMTP_STARTTLS: 'offered',
      WAYBILL_MAIL_FROM: 'packages@waybill.example',
    };
  }

  /** The link in the mail of that subject to somebody, when it has come. */
  linkTo(address: string, subject: RegExp): Promise<string> {
    return eventually(() => {
      const mail = this.#mails.find((each) => each.to?.[0]?.address === address && subject.test(each.subject ?? ''));
      const link = /https?:\S+#\S+/.exec(mail?.text ?? '')?.[0];
      if (link === undefined) throw new Error(`No such mail has come to ${address}.`);
      return link;
    });
  }

  stop(): Promise<void> {
    return new Promise((resolve) => this.#server.close(resolve));
  }
}
