import { cachePurgeSubject } from '@waybill/contracts';
import type { GatewayNews } from './gateway-news.js';

const maxTags = 100;

/** Ends what the gateways keep under surrogate keys of this service. */
export class EdgePurge {
  constructor(
    private readonly news: Pick<GatewayNews, 'tell'>,
    private readonly service: string,
  ) {}

  /** Resolves when every gateway that is alive has forgotten, or after 250 ms. Never throws. */
  async purge(tags: readonly string[]): Promise<void> {
    for (let start = 0; start < tags.length; start += maxTags) {
      await this.news.tell(cachePurgeSubject(this.service), { tags: tags.slice(start, start + maxTags) });
    }
  }
}
