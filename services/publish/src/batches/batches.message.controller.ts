import { Controller } from '@nestjs/common';
import type { ReplyOf, RequestOf } from '@waybill/contracts';
import { submitReleaseBatch } from '@waybill/contracts';
import { Answers } from '@waybill/messaging';
import { BatchesService } from './batches.service.js';

@Controller()
export class BatchesMessageController {
  readonly #batches: BatchesService;

  constructor(batches: BatchesService) {
    this.#batches = batches;
  }

  @Answers(submitReleaseBatch)
  submit(request: RequestOf<typeof submitReleaseBatch>): Promise<ReplyOf<typeof submitReleaseBatch>> {
    return this.#batches.submit(request);
  }
}
