import { Injectable } from '@nestjs/common';
import type { DataOf, EventEnvelope } from '@waybill/contracts';
import { downloadsCounted } from '@waybill/contracts';
import { packageOfRelease } from '@waybill/domain';
import { OnEvent } from '@waybill/messaging';
import { UnitOfWork } from '@waybill/persistence';
import { DownloadsIndexing } from '../downloads/downloads.indexing.js';
import { DownloadsRepository } from '../downloads/downloads.repository.js';

/** Counts of the gateways, added once for each event, then told to the index. */
@Injectable()
export class DownloadsProjection {
  readonly #unitOfWork: UnitOfWork;
  readonly #downloads: DownloadsRepository;
  readonly #indexing: DownloadsIndexing;

  constructor(unitOfWork: UnitOfWork, downloads: DownloadsRepository, indexing: DownloadsIndexing) {
    this.#unitOfWork = unitOfWork;
    this.#downloads = downloads;
    this.#indexing = indexing;
  }

  @OnEvent(downloadsCounted)
  async onCounted(event: EventEnvelope<DataOf<typeof downloadsCounted>>): Promise<void> {
    const counts = event.data.downloads.map(({ repositoryId, purl, count }) => ({
      repositoryId,
      packagePurl: packageOfRelease(purl),
      downloads: count,
    }));
    const day = event.data.to.slice(0, 10);
    await this.#unitOfWork.run((manager) => this.#downloads.add(manager, event.id, day, counts));
    // Also when they were added before: the index may not have heard of it.
    await this.#indexing.tell(counts);
  }
}
