import { Controller } from '@nestjs/common';
import type { ReplyOf, RequestOf } from '@waybill/contracts';
import { mailStatus, sendMail } from '@waybill/contracts';
import { Answers } from '@waybill/messaging';
import { MailService } from './mail.service.js';

@Controller()
export class MailMessageController {
  readonly #mails: MailService;

  constructor(mails: MailService) {
    this.#mails = mails;
  }

  @Answers(sendMail)
  async send(request: RequestOf<typeof sendMail>): Promise<ReplyOf<typeof sendMail>> {
    return { accepted: await this.#mails.enqueue(request) };
  }

  @Answers(mailStatus)
  status(): ReplyOf<typeof mailStatus> {
    return { configured: this.#mails.configured };
  }
}
