import type { ReleasePurl, RepositoryId } from '@waybill/domain';

/** The release that a delivered blob belongs to. */
export interface DownloadedRelease {
  readonly repositoryId: RepositoryId;
  readonly purl: ReleasePurl;
}

export interface ReleaseDownloads extends DownloadedRelease {
  readonly count: number;
}

export interface TallyBounds {
  /** Different releases counted between two reports; downloads of more are not counted. */
  readonly maxReleases: number;
  readonly maxBatch: number;
  /** Characters of all purls in one batch: a message on the bus has a bound. */
  readonly maxBatchCharacters: number;
}

export const tallyBounds: TallyBounds = { maxReleases: 50_000, maxBatch: 2000, maxBatchCharacters: 400_000 };

/** Counts per repository and release, in bounded memory. Counting costs two look-ups. */
export class DownloadTally {
  private repositories = new Map<RepositoryId, Map<ReleasePurl, number>>();
  private releases = 0;
  /** Downloads that were not counted since too many different releases were. */
  uncounted = 0;

  constructor(private readonly bounds: TallyBounds = tallyBounds) {}

  count({ repositoryId, purl }: DownloadedRelease): void {
    let counts = this.repositories.get(repositoryId);
    const before = counts?.get(purl);
    if (before === undefined && this.releases >= this.bounds.maxReleases) {
      this.uncounted += 1;
      return;
    }
    if (counts === undefined) {
      counts = new Map();
      this.repositories.set(repositoryId, counts);
    }
    counts.set(purl, (before ?? 0) + 1);
    if (before === undefined) this.releases += 1;
  }

  /** Everything counted so far, in batches that fit in a message each, and starts anew. */
  take(): ReleaseDownloads[][] {
    const batches: ReleaseDownloads[][] = [];
    let batch: ReleaseDownloads[] = [];
    let characters = 0;
    for (const [repositoryId, counts] of this.repositories) {
      for (const [purl, count] of counts) {
        if (batch.length >= this.bounds.maxBatch || characters + purl.length > this.bounds.maxBatchCharacters) {
          batches.push(batch);
          batch = [];
          characters = 0;
        }
        batch.push({ repositoryId, purl, count });
        characters += purl.length;
      }
    }
    if (batch.length > 0) batches.push(batch);
    this.repositories = new Map();
    this.releases = 0;
    return batches;
  }
}
