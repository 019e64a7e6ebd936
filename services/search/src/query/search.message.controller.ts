import { Controller } from '@nestjs/common';
import type { ReplyOf, RequestOf } from '@waybill/contracts';
import { searchPackages } from '@waybill/contracts';
import { Answers } from '@waybill/messaging';
import { SearchService } from './search.service.js';

@Controller()
export class SearchMessageController {
  readonly #search: SearchService;

  constructor(search: SearchService) {
    this.#search = search;
  }

  @Answers(searchPackages)
  search(request: RequestOf<typeof searchPackages>): Promise<ReplyOf<typeof searchPackages>> {
    return this.#search.search(request);
  }
}
