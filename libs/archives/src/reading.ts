import type { ArchiveEntry } from './archive-entry.js';
import type { FindingLog } from './archive-violation.js';
import type { ArchiveScope, BudgetMeter } from './budget-meter.js';
import type { EntryVisitor, PullContent } from './entry-content.js';
import { visitEntry } from './entry-content.js';

/** What the parsers share while one archive is read. */
export class Reading {
  readonly meter: BudgetMeter;
  readonly scope: ArchiveScope;
  readonly log: FindingLog;
  visited = 0;
  readonly #onEntry: EntryVisitor;

  constructor(options: { meter: BudgetMeter; scope: ArchiveScope; log: FindingLog; onEntry: EntryVisitor }) {
    this.meter = options.meter;
    this.scope = options.scope;
    this.log = options.log;
    this.#onEntry = options.onEntry;
  }

  async visit(entry: ArchiveEntry, pull: PullContent): Promise<void> {
    this.visited += 1;
    await visitEntry({ entry, pull, meter: this.meter, onEntry: this.#onEntry });
  }
}
