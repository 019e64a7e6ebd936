import { Inject, Injectable } from '@nestjs/common';
import type { DataOf, EventEnvelope } from '@waybill/contracts';
import { downloadsCounted } from '@waybill/contracts';
import { packageOfRelease, parseReleasePurl } from '@waybill/domain';
import { OnEvent } from '@waybill/messaging';
import type { ReadModelOptions } from '../read-model-options.js';
import { READ_MODEL } from '../read-model-options.js';
import type { CountedDownloads } from './download-counts.repository.js';
import { DownloadCountsRepository } from './download-counts.repository.js';

/** What the gateways counted → downloads per day. */
@Injectable()
export class DownloadsProjection {
  readonly #counts: DownloadCountsRepository;
  readonly #ecosystem: string;

  constructor(counts: DownloadCountsRepository, @Inject(READ_MODEL) { ecosystem }: ReadModelOptions) {
    this.#counts = counts;
    this.#ecosystem = ecosystem;
  }

  @OnEvent(downloadsCounted)
  async onCounted(event: EventEnvelope<DataOf<typeof downloadsCounted>>): Promise<void> {
    const counted = event.data.downloads.flatMap(({ repositoryId, purl, count }): CountedDownloads[] => {
      const { name, version } = parseReleasePurl(purl);
      return name.ecosystem === this.#ecosystem ? [{ repositoryId, purl: packageOfRelease(purl), version, count }] : [];
    });
    if (counted.length === 0) return;
    await this.#counts.add(event.id, event.data.to.slice(0, 10), counted);
  }
}
