import { DomainError } from '@waybill/domain';
import type { ArchiveBudget } from './archive-budget.js';

interface Usage {
  compressedBytes: number;
  unpackedBytes: number;
  entries: number;
  pathBytes: number;
}

/** Compressed and unpacked bytes of one archive, for its own ratio. */
export interface ArchiveScope {
  /** @throws DomainError `limit` */
  addCompressed(bytes: number): void;
  /** @throws DomainError `limit` */
  addUnpacked(bytes: number): void;
  readonly compressedBytes: number;
  readonly unpackedBytes: number;
}

/**
 * Counts what is spent of a budget that several archives may share: nested ones through `descend()`, parallel ones by
 * using the same meter. Every method throws DomainError(`limit`, `archive.<what>-exceeded`) once the budget is gone.
 */
export class BudgetMeter {
  readonly budget: ArchiveBudget;
  /** Fires at the deadline, or when the caller gives up. */
  readonly signal: AbortSignal;
  readonly depth: number;
  readonly #callerSignal: AbortSignal | undefined;
  readonly #usage: Usage;
  readonly #deadlineAt: number;

  constructor(budget: ArchiveBudget, signal?: AbortSignal, parent?: BudgetMeter) {
    this.budget = budget;
    this.depth = parent === undefined ? 1 : parent.depth + 1;
    this.#callerSignal = signal;
    if (parent !== undefined) {
      this.#usage = parent.#usage;
      this.#deadlineAt = parent.#deadlineAt;
      this.signal = parent.signal;
      return;
    }
    this.#usage = { compressedBytes: 0, unpackedBytes: 0, entries: 0, pathBytes: 0 };
    this.#deadlineAt = performance.now() + budget.deadlineMs;
    const deadline = AbortSignal.timeout(Math.max(0, Math.ceil(budget.deadlineMs)));
    this.signal = signal === undefined ? deadline : AbortSignal.any([deadline, signal]);
  }

  /** The meter for an archive that was found inside this one: same budget, one level deeper. */
  descend(): BudgetMeter {
    if (this.depth >= this.budget.maxDepth) throw exceeded('depth', this.budget.maxDepth);
    return new BudgetMeter(this.budget, this.#callerSignal, this);
  }

  /** @param knownSize size of the whole archive where it is known, so that the order of its parts does not matter */
  openScope(knownSize = 0): ArchiveScope {
    const { budget, depth } = this;
    const usage = this.#usage;
    const own = { compressedBytes: 0, unpackedBytes: 0 };
    if (knownSize > budget.maxCompressedBytes) throw exceeded('compressed-bytes', budget.maxCompressedBytes);
    const judgeRatio = (unpacked: number, compressed: number) => {
      if (unpacked > budget.ratioFloorBytes && unpacked > compressed * budget.maxRatio) {
        throw exceeded('ratio', budget.maxRatio);
      }
    };
    return {
      addCompressed: (bytes) => {
        this.check();
        own.compressedBytes += bytes;
        if (own.compressedBytes > budget.maxCompressedBytes) {
          throw exceeded('compressed-bytes', budget.maxCompressedBytes);
        }
        // The compressed bytes of a nested archive came out of the one around it: only the outermost count in the sum.
        if (depth > 1) return;
        usage.compressedBytes += bytes;
        if (usage.compressedBytes > budget.maxCompressedBytes) {
          throw exceeded('compressed-bytes', budget.maxCompressedBytes);
        }
      },
      addUnpacked: (bytes) => {
        this.check();
        own.unpackedBytes += bytes;
        usage.unpackedBytes += bytes;
        if (usage.unpackedBytes > budget.maxUnpackedBytes) throw exceeded('unpacked-bytes', budget.maxUnpackedBytes);
        judgeRatio(own.unpackedBytes, Math.max(own.compressedBytes, knownSize));
        if (depth > 1) judgeRatio(usage.unpackedBytes, usage.compressedBytes);
      },
      get compressedBytes() {
        return own.compressedBytes;
      },
      get unpackedBytes() {
        return own.unpackedBytes;
      },
    };
  }

  addEntries(count = 1): void {
    this.check();
    this.#usage.entries += count;
    if (this.#usage.entries > this.budget.maxEntries) throw exceeded('entries', this.budget.maxEntries);
  }

  checkEntryBytes(bytes: number): void {
    if (bytes > this.budget.maxEntryBytes) throw exceeded('entry-bytes', this.budget.maxEntryBytes);
  }

  /** One path or link target, by its UTF-8 length. */
  addPathBytes(bytes: number): void {
    if (bytes > this.budget.maxPathBytes) throw exceeded('path-bytes', this.budget.maxPathBytes);
    this.#usage.pathBytes += bytes;
    if (this.#usage.pathBytes > this.budget.maxTotalPathBytes) {
      throw exceeded('total-path-bytes', this.budget.maxTotalPathBytes);
    }
  }

  checkPathDepth(segments: number): void {
    if (segments > this.budget.maxPathDepth) throw exceeded('path-depth', this.budget.maxPathDepth);
  }

  /** @throws DomainError `limit` after the deadline, `unavailable` when the caller gave up */
  check(): void {
    if (this.#callerSignal?.aborted === true) {
      throw new DomainError('unavailable', 'archive.aborted', 'Reading the archive was given up.');
    }
    if (this.signal.aborted || performance.now() > this.#deadlineAt) {
      throw exceeded('deadline', this.budget.deadlineMs);
    }
  }

  /** Waits for something that may never come: rejects at the deadline instead. */
  async guard<T>(work: Promise<T>): Promise<T> {
    let stop: (() => void) | undefined;
    const stopped = new Promise<never>((_resolve, reject) => {
      stop = () => {
        reject(this.#stopReason());
      };
      this.signal.addEventListener('abort', stop, { once: true });
      if (this.signal.aborted) stop();
    });
    try {
      return await Promise.race([work, stopped]);
    } finally {
      if (stop !== undefined) this.signal.removeEventListener('abort', stop);
    }
  }

  #stopReason(): DomainError {
    return this.#callerSignal?.aborted === true
      ? new DomainError('unavailable', 'archive.aborted', 'Reading the archive was given up.')
      : exceeded('deadline', this.budget.deadlineMs);
  }
}

function exceeded(what: string, limit: number): DomainError {
  const message = `The archive exceeds the limit for ${what.replaceAll('-', ' ')} (${String(limit)}).`;
  return new DomainError('limit', `archive.${what}-exceeded`, message, { details: { rule: 'I3', limit } });
}
