import type { TrustRoot } from './trust-root.js';
import type { TrustSource } from './trust-source.js';

const minute = 60_000;
/** After an attempt that failed. */
const retryMilliseconds = 10 * minute;
const maxRenewalMilliseconds = minute;

interface Known {
  readonly source: TrustSource;
  root: TrustRoot;
  nextRenewal: number;
  /** Whether the root is no older than the source says that it may be. */
  isRenewed: boolean;
  renewal: Promise<void> | undefined;
}

/**
 * The roots that are trusted. They are there from the start, and renewed in the background while they are used; a source that cannot be
 * reached keeps the root that it had.
 */
export class SigstoreTrust {
  readonly #known: readonly Known[];
  readonly #failed: (source: string, error: unknown) => void;

  private constructor(known: readonly Known[], failed: (source: string, error: unknown) => void) {
    this.#known = known;
    this.#failed = failed;
  }

  /** `failed` hears of renewals that failed. Errors: those of `TrustSource.read`: nothing is trusted by half. */
  static async open(
    sources: readonly TrustSource[],
    failed: (source: string, error: unknown) => void,
  ): Promise<SigstoreTrust> {
    const known = sources.map(async (source) => ({
      source,
      root: await source.read(),
      nextRenewal: 0,
      isRenewed: !source.mayBeOld,
      renewal: undefined,
    }));
    return new SigstoreTrust(await Promise.all(known), failed);
  }

  /** What is trusted now. Begins to renew what is due, and does not wait for it. */
  roots(now: number = Date.now()): readonly TrustRoot[] {
    for (const known of this.#known) {
      if (known.renewal === undefined && now >= known.nextRenewal) known.renewal = this.#renew(known, now);
    }
    return this.#known.map(({ root }) => root);
  }

  /** Whether a root is as old as the library, and a newer one is being asked for: what it refuses may be right. */
  get isCatchingUp(): boolean {
    return this.#known.some(({ isRenewed, renewal }) => !isRenewed && renewal !== undefined);
  }

  /** When nothing is asked for any more. */
  async settled(): Promise<void> {
    await Promise.all(this.#known.flatMap(({ renewal }) => renewal ?? []));
  }

  async #renew(known: Known, now: number): Promise<void> {
    try {
      known.root = await within(known.source.renew(), maxRenewalMilliseconds);
      known.isRenewed = true;
      known.nextRenewal = now + known.source.freshMilliseconds;
    } catch (error) {
      known.nextRenewal = now + retryMilliseconds;
      this.#failed(known.source.name, error);
    } finally {
      known.renewal = undefined;
    }
  }
}

async function within<Value>(work: Promise<Value>, milliseconds: number): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('It took too long.')), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
