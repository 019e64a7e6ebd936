import { Injectable } from '@nestjs/common';
import type { DataOf, EventEnvelope } from '@waybill/contracts';
import { downloadsCounted } from '@waybill/contracts';
import { packageOfRelease } from '@waybill/domain';
import { OnEvent } from '@waybill/messaging';
import { DownloadsRepository } from './downloads.repository.js';

/** What the gateways counted → downloads per day. */
@Injectable()
export class DownloadsProjection {
  readonly #downloads: DownloadsRepository;

  constructor(downloads: DownloadsRepository) {
    this.#downloads = downloads;
  }

  @OnEvent(downloadsCounted)
  async onCounted({ id, data }: EventEnvelope<DataOf<typeof downloadsCounted>>): Promise<void> {
    const counted = data.downloads.map(({ repositoryId, purl, count }) => ({
      repositoryId,
      purl: packageOfRelease(purl),
      count,
    }));
    await this.#downloads.add(id, data.to.slice(0, 10), counted);
  }
}
