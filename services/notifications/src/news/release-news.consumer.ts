import { Injectable } from '@nestjs/common';
import type { DataOf, EventEnvelope } from '@waybill/contracts';
import {
  releaseDeprecated,
  releaseHeld,
  releasePublished,
  releaseRejected,
  releaseRestored,
  releaseStaged,
  releaseWithdrawn,
  releaseYanked,
} from '@waybill/contracts';
import { OnEvent } from '@waybill/messaging';
import { DeliveriesService } from '../deliveries/deliveries.service.js';
import {
  newsOfDeprecation,
  newsOfRelease,
  newsOfRestoration,
  newsOfWithdrawal,
  newsOfYank,
} from './release-news.rules.js';

/** What happens to releases, for the webhooks that asked for it. */
@Injectable()
export class ReleaseNews {
  readonly #deliveries: DeliveriesService;

  constructor(deliveries: DeliveriesService) {
    this.#deliveries = deliveries;
  }

  @OnEvent(releaseStaged)
  onStaged(event: EventEnvelope<DataOf<typeof releaseStaged>>): Promise<void> {
    return this.#deliveries.tell(newsOfRelease('waybill.release.staged.v1', event));
  }

  @OnEvent(releasePublished)
  onPublished(event: EventEnvelope<DataOf<typeof releasePublished>>): Promise<void> {
    return this.#deliveries.tell(newsOfRelease('waybill.release.published.v1', event));
  }

  @OnEvent(releaseHeld)
  onHeld(event: EventEnvelope<DataOf<typeof releaseHeld>>): Promise<void> {
    return this.#deliveries.tell(newsOfRelease('waybill.release.held.v1', event));
  }

  @OnEvent(releaseRejected)
  onRejected(event: EventEnvelope<DataOf<typeof releaseRejected>>): Promise<void> {
    return this.#deliveries.tell(newsOfRelease('waybill.release.rejected.v1', event));
  }

  @OnEvent(releaseDeprecated)
  onDeprecated(event: EventEnvelope<DataOf<typeof releaseDeprecated>>): Promise<void> {
    return this.#deliveries.tell(newsOfDeprecation(event));
  }

  @OnEvent(releaseYanked)
  onYanked(event: EventEnvelope<DataOf<typeof releaseYanked>>): Promise<void> {
    return this.#deliveries.tell(newsOfYank(event));
  }

  @OnEvent(releaseWithdrawn)
  onWithdrawn(event: EventEnvelope<DataOf<typeof releaseWithdrawn>>): Promise<void> {
    return this.#deliveries.tell(newsOfWithdrawal(event));
  }

  @OnEvent(releaseRestored)
  onRestored(event: EventEnvelope<DataOf<typeof releaseRestored>>): Promise<void> {
    return this.#deliveries.tell(newsOfRestoration(event));
  }
}
