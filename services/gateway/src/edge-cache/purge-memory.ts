import { LRUCache } from 'lru-cache';

const maxTags = 20_000;

/** The moment at which a fill began. */
export type FillStart = number;

/**
 * Remembers which tags were purged lately, so that an answer that was asked for before a purge is not kept after it. The
 * memory is bounded: beyond it, a fill counts as overtaken when it might have been.
 */
export class PurgeMemory {
  private moment = 0;
  /** Purges up to here are forgotten. */
  private forgottenUpTo = 0;
  private readonly purgedAt: LRUCache<string, number>;

  constructor(max = maxTags) {
    this.purgedAt = new LRUCache({
      max,
      dispose: (moment, _tag, reason) => {
        if (reason === 'evict') this.forgottenUpTo = Math.max(this.forgottenUpTo, moment);
      },
    });
  }

  begin(): FillStart {
    return this.moment;
  }

  purged(tags: readonly string[]): void {
    this.moment += 1;
    for (const tag of tags) this.purgedAt.set(tag, this.moment);
  }

  /** Everything that was begun before is overtaken. */
  purgedAll(): void {
    this.moment += 1;
    this.forgottenUpTo = this.moment;
    this.purgedAt.clear();
  }

  isOvertaken(start: FillStart, tags: readonly string[]): boolean {
    return start < this.forgottenUpTo || tags.some((tag) => (this.purgedAt.peek(tag) ?? 0) > start);
  }
}
