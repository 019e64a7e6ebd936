import { Controller } from '@nestjs/common';
import type { ReplyOf, RequestOf } from '@waybill/contracts';
import { withdrawReleases } from '@waybill/contracts';
import { Answers } from '@waybill/messaging';
import { WithdrawalsService } from './withdrawals.service.js';

@Controller()
export class WithdrawalsMessageController {
  readonly #withdrawals: WithdrawalsService;

  constructor(withdrawals: WithdrawalsService) {
    this.#withdrawals = withdrawals;
  }

  @Answers(withdrawReleases)
  withdraw(request: RequestOf<typeof withdrawReleases>): Promise<ReplyOf<typeof withdrawReleases>> {
    return this.#withdrawals.withdraw(request);
  }
}
