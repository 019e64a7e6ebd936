import { Controller } from '@nestjs/common';
import type { ReplyOf, RequestOf } from '@waybill/contracts';
import { deprecateReleases } from '@waybill/contracts';
import { Answers } from '@waybill/messaging';
import { DeprecationsService } from './deprecations.service.js';

@Controller()
export class DeprecationsMessageController {
  readonly #deprecations: DeprecationsService;

  constructor(deprecations: DeprecationsService) {
    this.#deprecations = deprecations;
  }

  @Answers(deprecateReleases)
  async deprecate(request: RequestOf<typeof deprecateReleases>): Promise<ReplyOf<typeof deprecateReleases>> {
    return { aggregateVersion: await this.#deprecations.deprecate(request) };
  }
}
