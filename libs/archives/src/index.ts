export type { ArchiveBudget } from './archive-budget.js';
export { defaultArchiveBudget } from './archive-budget.js';
export type {
  ArchiveEntry,
  ArchiveFinding,
  ArchiveFormat,
  ArchiveSummary,
  RandomAccessSource,
} from './archive-entry.js';
export { archiveBuffer, archiveFile } from './archive-source.js';
export type { ArchiveScope } from './budget-meter.js';
export { BudgetMeter } from './budget-meter.js';
export type { EntryVisitor } from './entry-content.js';
export type { ExtractionGateOptions } from './extraction-gate.js';
export { defaultExtractionGateOptions, ExtractionGate } from './extraction-gate.js';
export type { ArchiveSource, ReadArchiveOptions } from './read-archive.js';
export { readArchive } from './read-archive.js';
export type { ReadEntriesOptions, ReadEntriesResult } from './read-entries.js';
export { readEntries } from './read-entries.js';
