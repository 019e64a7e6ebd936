import { Controller } from '@nestjs/common';
import type { ReplyOf, RequestOf } from '@waybill/contracts';
import { reportLeakedTokens } from '@waybill/contracts';
import { Answers } from '@waybill/messaging';
import { LeakReports } from './leak-reports.service.js';

@Controller()
export class LeakedTokensMessageController {
  constructor(private readonly reports: LeakReports) {}

  @Answers(reportLeakedTokens)
  async report(request: RequestOf<typeof reportLeakedTokens>): Promise<ReplyOf<typeof reportLeakedTokens>> {
    return { revoked: await this.reports.found(request.tokenHashes, request.foundIn) };
  }
}
