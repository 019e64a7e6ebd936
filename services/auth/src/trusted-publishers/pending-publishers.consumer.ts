import { Injectable } from '@nestjs/common';
import type { DataOf, EventEnvelope } from '@waybill/contracts';
import { releasePublished } from '@waybill/contracts';
import { OnEvent } from '@waybill/messaging';
import { PendingPublishers } from './pending-publishers.service.js';

@Injectable()
export class PendingPublishersConsumer {
  constructor(private readonly pending: PendingPublishers) {}

  @OnEvent(releasePublished)
  async onPublished({ data, time }: EventEnvelope<DataOf<typeof releasePublished>>): Promise<void> {
    const { repository, packagePurl, trustedPublisher, publishedBy } = data;
    await this.pending.published({
      repositoryId: repository.repositoryId,
      organizationId: repository.organizationId,
      packagePurl,
      publisherId: trustedPublisher?.publisherId,
      userId: publishedBy.userId,
      publishedAt: new Date(time),
    });
  }
}
