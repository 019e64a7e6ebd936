import { Injectable } from '@nestjs/common';
import type { DataOf, EventEnvelope } from '@waybill/contracts';
import {
  auditRecordedByAuth,
  organizationChanged,
  repositoryChanged,
  repositoryCreated,
  repositoryPurged,
} from '@waybill/contracts';
import { OnEvent } from '@waybill/messaging';
import { DeliveriesService } from '../deliveries/deliveries.service.js';
import { newsOfAccess, newsOfOrganization } from './organization-news.rules.js';
import { newsOfNewRepository, newsOfPurge, newsOfRepository } from './package-news.rules.js';

/** What happens to repositories and organizations, for the webhooks that asked for it. */
@Injectable()
export class RepositoryNews {
  readonly #deliveries: DeliveriesService;

  constructor(deliveries: DeliveriesService) {
    this.#deliveries = deliveries;
  }

  @OnEvent(repositoryCreated)
  onRepositoryCreated(event: EventEnvelope<DataOf<typeof repositoryCreated>>): Promise<void> {
    return this.#deliveries.tell(newsOfNewRepository(event));
  }

  @OnEvent(repositoryChanged)
  onRepositoryChanged(event: EventEnvelope<DataOf<typeof repositoryChanged>>): Promise<void> {
    return this.#deliveries.tell(newsOfRepository(event));
  }

  @OnEvent(repositoryPurged)
  onRepositoryPurged(event: EventEnvelope<DataOf<typeof repositoryPurged>>): Promise<void> {
    return this.#deliveries.tell(newsOfPurge(event));
  }

  @OnEvent(organizationChanged)
  onOrganizationChanged(event: EventEnvelope<DataOf<typeof organizationChanged>>): Promise<void> {
    return this.#deliveries.tell(newsOfOrganization(event));
  }

  @OnEvent(auditRecordedByAuth)
  async onAudited(event: EventEnvelope<DataOf<typeof auditRecordedByAuth>>): Promise<void> {
    const news = newsOfAccess(event);
    if (news !== undefined) await this.#deliveries.tell(news);
  }
}
