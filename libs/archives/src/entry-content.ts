import { Readable } from 'node:stream';
import type { ArchiveEntry } from './archive-entry.js';
import type { BudgetMeter } from './budget-meter.js';

/** The next piece of a member's content, null at its end; rejects with a DomainError. */
export type PullContent = () => Promise<Buffer | null>;

export type EntryVisitor = (
  entry: ArchiveEntry,
  content: Readable,
  context: { readonly meter: BudgetMeter },
) => Promise<void> | void;

/** Content that is pulled as it is read, and that can be taken back from a visitor who does not read it to its end. */
class EntryContent extends Readable {
  /** Rejects when the content turns out to be broken; a visitor that waits for its end must not wait forever. */
  readonly failed: Promise<never>;
  failure: Error | undefined;
  readonly #pull: PullContent;
  #pending: Promise<void> = Promise.resolve();
  #detached = false;
  #reportFailure: (failure: unknown) => void = () => undefined;

  constructor(pull: PullContent) {
    super();
    this.#pull = pull;
    this.failed = new Promise<never>((_resolve, reject) => {
      this.#reportFailure = reject;
    });
    this.failed.catch(() => undefined);
    this.on('error', () => undefined);
  }

  override _read(): void {
    if (!this.#detached) this.#pending = this.#next();
  }

  async detach(): Promise<void> {
    this.#detached = true;
    await this.#pending;
    this.destroy();
  }

  async #next(): Promise<void> {
    try {
      this.push(await this.#pull());
    } catch (thrown) {
      this.failure = thrown instanceof Error ? thrown : new Error('The content is unreadable.');
      this.#reportFailure(this.failure);
      this.destroy(this.failure);
    }
  }
}

/** Shows one member to the visitor, then reads what is left of its content, so that all of it is checked. */
export async function visitEntry(options: {
  readonly entry: ArchiveEntry;
  readonly pull: PullContent;
  readonly meter: BudgetMeter;
  readonly onEntry: EntryVisitor;
}): Promise<void> {
  const { entry, pull, meter, onEntry } = options;
  const progress = { ended: false };
  const content = new EntryContent(async () => {
    const chunk = await pull();
    progress.ended = chunk === null;
    return chunk;
  });
  try {
    const visit = (async () => {
      await onEntry(entry, content, { meter });
    })();
    await meter.guard(Promise.race([visit, content.failed]));
  } finally {
    await content.detach();
  }
  if (content.failure !== undefined) throw content.failure;
  if (!progress.ended) await drain(pull);
}

export async function drain(pull: PullContent): Promise<void> {
  while ((await pull()) !== null);
}
