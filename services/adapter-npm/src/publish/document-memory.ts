import { Injectable } from '@nestjs/common';
import { DomainError } from '@waybill/domain';

const maxTotalBytes = 128 * 1024 * 1024;
/** What a document may take without asking: more than most packages ever need. */
const freeBytes = 256 * 1024;

/** What one document takes; to be released when it is no longer needed. */
export interface MemoryClaim {
  /** Errors: `unavailable` `npm.busy`. */
  take(bytes: number): void;
  release(): void;
}

/** The memory that all documents of one kind take together while they are read and worked on (security.md I3). */
export class MemoryPool {
  readonly #maxTotalBytes: number;
  #used = 0;

  constructor(maxTotalBytes: number) {
    this.#maxTotalBytes = maxTotalBytes;
  }

  claim(): MemoryClaim {
    let taken = 0;
    return {
      take: (bytes) => {
        const before = Math.max(0, taken - freeBytes);
        taken += bytes;
        const more = Math.max(0, taken - freeBytes) - before;
        this.#used += more;
        if (this.#used > this.#maxTotalBytes) throw busy();
      },
      release: () => {
        this.#used -= Math.max(0, taken - freeBytes);
        taken = 0;
      },
    };
  }
}

/** That of what is published and changed. */
@Injectable()
export class DocumentMemory extends MemoryPool {
  constructor() {
    super(maxTotalBytes);
  }
}

function busy(): DomainError {
  const message = 'Too many large documents are being read now. Try again in a moment.';
  return new DomainError('unavailable', 'npm.busy', message, { retryAfterSeconds: 2 });
}
