import { Inject, Injectable } from '@nestjs/common';
import { DomainError } from '@waybill/domain';
import type { PackageKey } from '../documents/search-document.js';
import type { SearchIndex } from '../search-index/search-index.js';
import { SEARCH_INDEX } from '../search-index/search-index.js';
import type { PackageDownloads } from './downloads.repository.js';
import { DownloadsRepository } from './downloads.repository.js';

const maxTries = 10;

/** Tells the index how often packages were downloaded, whoever counts more of them meanwhile. */
@Injectable()
export class DownloadsIndexing {
  constructor(
    private readonly downloads: DownloadsRepository,
    @Inject(SEARCH_INDEX) private readonly index: SearchIndex,
  ) {}

  /**
   * Another event, here or in another replica, may be counted between reading and telling, and its higher counts be overwritten. So
   * whoever told looks again, and tells what is different by then: the last one to tell has seen all that was counted before. Throws
   * `unavailable` `search.downloads-busy`.
   */
  async tell(packages: readonly PackageKey[]): Promise<void> {
    let untold = await this.downloads.recent(packages);
    for (let tries = 0; tries < maxTries && untold.length > 0; tries += 1) {
      await this.index.putDownloads(untold);
      untold = changed(untold, await this.downloads.recent(untold));
    }
    if (untold.length === 0) return;
    const message = 'Downloads are counted faster than the index is told of them; try again.';
    throw new DomainError('unavailable', 'search.downloads-busy', message, { retryAfterSeconds: 1 });
  }
}

function changed(told: readonly PackageDownloads[], now: readonly PackageDownloads[]): PackageDownloads[] {
  const toldOf = new Map(told.map((one) => [keyOf(one), one.downloads]));
  return now.filter((one) => toldOf.get(keyOf(one)) !== one.downloads);
}

function keyOf({ repositoryId, packagePurl }: PackageKey): string {
  return `${repositoryId} ${packagePurl}`;
}
