import { Controller } from '@nestjs/common';
import type { ReplyOf, RequestOf } from '@waybill/contracts';
import { pollWebLogin, startWebLogin } from '@waybill/contracts';
import { Answers } from '@waybill/messaging';
import { WebLogins } from './web-logins.service.js';

@Controller()
export class WebLoginMessageController {
  constructor(private readonly logins: WebLogins) {}

  @Answers(startWebLogin)
  async start(request: RequestOf<typeof startWebLogin>): Promise<ReplyOf<typeof startWebLogin>> {
    const { loginPath, pollSecret, expiresAt } = await this.logins.start(request);
    return { loginPath, pollSecret, expiresAt: expiresAt.toISOString() };
  }

  @Answers(pollWebLogin)
  poll({ pollSecret }: RequestOf<typeof pollWebLogin>): Promise<ReplyOf<typeof pollWebLogin>> {
    return this.logins.poll(pollSecret);
  }
}
