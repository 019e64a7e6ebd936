import { Controller, Inject } from '@nestjs/common';
import type { ReplyOf, RequestOf } from '@waybill/contracts';
import { searchPackages } from '@waybill/contracts';
import { toDomainError } from '@waybill/domain';
import { Answers } from '@waybill/messaging';
import type { Metrics } from '@waybill/observability';
import { METRICS } from '@waybill/service-host';
import { SearchService } from './search.service.js';

const method = searchPackages.subject;

@Controller()
export class SearchMessageController {
  readonly #search: SearchService;
  readonly #metrics: Metrics;

  constructor(search: SearchService, @Inject(METRICS) metrics: Metrics) {
    this.#search = search;
    this.#metrics = metrics;
  }

  @Answers(searchPackages)
  async search(request: RequestOf<typeof searchPackages>): Promise<ReplyOf<typeof searchPackages>> {
    const stop = this.#metrics.requestSeconds.startTimer({ method });
    try {
      const reply = await this.#search.search(request);
      this.#metrics.requests.inc({ method, status: 'ok' });
      return reply;
    } catch (error) {
      this.#metrics.requests.inc({ method, status: toDomainError(error).kind });
      throw error;
    } finally {
      stop();
    }
  }
}
