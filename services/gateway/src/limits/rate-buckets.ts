import { LRUCache } from 'lru-cache';

export interface RateBucketsOptions {
  /** Name of the budget, as clients read it in `RateLimit-Policy`. */
  readonly name: string;
  /** Requests in any minute; 0 for no limit. As many may come at once after a minute of silence. */
  readonly perMinute: number;
  /** How many senders are remembered; those longest silent are forgotten first. */
  readonly maxKeys?: number;
  /** Milliseconds on a clock that never goes back. */
  readonly now?: () => number;
}

interface Bucket {
  /** When everything taken so far would have been taken at the steady rate. */
  fullUntil: number;
}

export const windowMs = 60_000;

/**
 * One budget for many senders: the generic cell rate algorithm (ITU-T I.371) with one number per sender. Asking costs one
 * look-up and no timer; the memory is bounded, whoever sends.
 */
export class RateBuckets {
  readonly name: string;
  readonly perMinute: number;
  private readonly intervalMs: number;
  private readonly buckets: LRUCache<string, Bucket>;
  private readonly now: () => number;

  constructor(options: RateBucketsOptions) {
    this.name = options.name;
    this.perMinute = options.perMinute;
    this.intervalMs = options.perMinute === 0 ? 0 : windowMs / options.perMinute;
    this.buckets = new LRUCache({ max: options.maxKeys ?? 50_000 });
    this.now = options.now ?? (() => performance.now());
  }

  /** Takes one from the sender's budget and answers 0; or the milliseconds to wait when nothing is left, and takes nothing. */
  take(sender: string): number {
    if (this.perMinute === 0) return 0;
    const now = this.now();
    const bucket = this.buckets.get(sender);
    if (bucket === undefined) {
      this.buckets.set(sender, { fullUntil: now + this.intervalMs });
      return 0;
    }
    const fullUntil = Math.max(bucket.fullUntil, now);
    const waitMs = this.waitFor(fullUntil, now);
    if (waitMs > 0) return waitMs;
    bucket.fullUntil = fullUntil + this.intervalMs;
    return 0;
  }

  /** As `take`, without taking. */
  look(sender: string): number {
    const bucket = this.perMinute === 0 ? undefined : this.buckets.get(sender);
    return bucket === undefined ? 0 : this.waitFor(bucket.fullUntil, this.now());
  }

  /** A thousandth of an interval is forgiven: sums of fractions are not exact. */
  private waitFor(fullUntil: number, now: number): number {
    const waitMs = fullUntil - now - (windowMs - this.intervalMs);
    return waitMs > this.intervalMs / 1000 ? waitMs : 0;
  }
}
