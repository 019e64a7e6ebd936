import { Controller } from '@nestjs/common';
import type { ReplyOf, RequestOf } from '@waybill/contracts';
import { moveTag, removeTag } from '@waybill/contracts';
import { Answers } from '@waybill/messaging';
import { TagsService } from './tags.service.js';

@Controller()
export class TagsMessageController {
  readonly #tags: TagsService;

  constructor(tags: TagsService) {
    this.#tags = tags;
  }

  @Answers(moveTag)
  async move(request: RequestOf<typeof moveTag>): Promise<ReplyOf<typeof moveTag>> {
    return { aggregateVersion: await this.#tags.move(request) };
  }

  @Answers(removeTag)
  async remove(request: RequestOf<typeof removeTag>): Promise<ReplyOf<typeof removeTag>> {
    return { aggregateVersion: await this.#tags.remove(request) };
  }
}
