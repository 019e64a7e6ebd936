import { Injectable } from '@nestjs/common';
import type { DataOf, EventEnvelope } from '@waybill/contracts';
import { releasePublished } from '@waybill/contracts';
import { OnEvent } from '@waybill/messaging';
import { FirstReleases } from './first-releases.service.js';

@Injectable()
export class FirstReleasesConsumer {
  constructor(private readonly releases: FirstReleases) {}

  @OnEvent(releasePublished)
  async onPublished({ data }: EventEnvelope<DataOf<typeof releasePublished>>): Promise<void> {
    const { repository, trustedPublisher, submittedAt } = data;
    if (trustedPublisher === null) return;
    const { organizationId } = repository;
    await this.releases.published({ trustedPublisher, organizationId, submittedAt: new Date(submittedAt) });
  }
}
