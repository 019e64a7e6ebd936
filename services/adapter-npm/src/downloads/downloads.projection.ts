import { Injectable } from '@nestjs/common';
import type { DataOf, EventEnvelope } from '@waybill/contracts';
import { downloadsCounted } from '@waybill/contracts';
import { packageOfRelease, parseReleasePurl } from '@waybill/domain';
import { OnEvent } from '@waybill/messaging';
import type { CountedDownloads } from './downloads.repository.js';
import { DownloadsRepository } from './downloads.repository.js';

/** What the gateways counted → downloads per day. */
@Injectable()
export class DownloadsProjection {
  readonly #downloads: DownloadsRepository;

  constructor(downloads: DownloadsRepository) {
    this.#downloads = downloads;
  }

  @OnEvent(downloadsCounted)
  async onCounted(event: EventEnvelope<DataOf<typeof downloadsCounted>>): Promise<void> {
    const counted = event.data.downloads.flatMap(({ repositoryId, purl, count }): CountedDownloads[] => {
      const { name, version } = parseReleasePurl(purl);
      return name.ecosystem === 'npm' ? [{ repositoryId, purl: packageOfRelease(purl), version, count }] : [];
    });
    if (counted.length === 0) return;
    await this.#downloads.add(event.id, event.data.to.slice(0, 10), counted);
  }
}
