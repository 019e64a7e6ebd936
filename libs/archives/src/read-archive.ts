import { Readable } from 'node:stream';
import { DomainError } from '@waybill/domain';
import type { ArchiveBudget } from './archive-budget.js';
import { defaultArchiveBudget } from './archive-budget.js';
import type { ArchiveFinding, ArchiveFormat, ArchiveSummary, RandomAccessSource } from './archive-entry.js';
import { FindingLog, UnreadableArchive } from './archive-violation.js';
import type { ArchiveScope } from './budget-meter.js';
import { BudgetMeter } from './budget-meter.js';
import { ByteReader } from './byte-reader.js';
import type { EntryVisitor } from './entry-content.js';
import { gunzipOneMember } from './gzip-stream.js';
import { Reading } from './reading.js';
import { readTar } from './tar-reader.js';
import { expectNoTar, expectNoZip } from './two-formats.js';
import { readZip } from './zip-reader.js';
import { unzstdOneFrame } from './zstd-stream.js';

export interface ReadArchiveOptions {
  /** A budget for this archive alone, or the meter of a budget that is shared. */
  readonly budget?: ArchiveBudget | BudgetMeter;
  /** Gives up reading. Ignored when `budget` is a meter, which has a signal of its own. */
  readonly signal?: AbortSignal;
  /**
   * `refuse` (default) throws the first violation; `collect` reports each and skips the member, and ends the reading
   * where the rest cannot be trusted (`summary.complete` is then false).
   */
  readonly mode?: 'refuse' | 'collect';
  /**
   * Called for one member after another. What it leaves of the content is read and checked afterwards.
   * `context.meter.descend()` is the budget for an archive found inside.
   */
  readonly onEntry: EntryVisitor;
  readonly onFinding?: (finding: ArchiveFinding) => void;
}

/** A stream, or for every format a source with random access, which zip needs. */
export type ArchiveSource = Readable | RandomAccessSource;

/**
 * Reads a whole archive that may be hostile (security.md I1 to I3, P10). The source is closed in every case.
 * @throws DomainError `invalid` `archive.*` for a violation (mode `refuse`), `limit` `archive.*-exceeded` when the budget
 *   is spent (both modes), `unavailable` when the source fails or the caller gives up; and whatever `onEntry` throws
 */
export async function readArchive(
  source: RandomAccessSource,
  format: ArchiveFormat,
  options: ReadArchiveOptions,
): Promise<ArchiveSummary>;
export async function readArchive(
  source: ArchiveSource,
  format: Exclude<ArchiveFormat, 'zip'>,
  options: ReadArchiveOptions,
): Promise<ArchiveSummary>;
export async function readArchive(
  source: ArchiveSource,
  format: ArchiveFormat,
  options: ReadArchiveOptions,
): Promise<ArchiveSummary> {
  const { budget = defaultArchiveBudget, mode = 'refuse', signal } = options;
  const meter = budget instanceof BudgetMeter ? budget : new BudgetMeter(budget, signal);
  const log = new FindingLog(mode === 'refuse', options.onFinding);
  const scope = meter.openScope(source instanceof Readable ? 0 : source.size);
  const reading = new Reading({ meter, scope, log, onEntry: options.onEntry });
  let complete = true;
  try {
    await readFormat(source, format, reading);
  } catch (thrown) {
    if (mode === 'refuse' || !(thrown instanceof UnreadableArchive)) throw thrown;
    log.add(thrown.finding);
    complete = false;
  }
  return {
    entries: reading.visited,
    unpackedBytes: scope.unpackedBytes,
    compressedBytes: scope.compressedBytes,
    findings: log.findings,
    findingsOmitted: log.omitted,
    complete,
  };
}

async function readFormat(source: ArchiveSource, format: ArchiveFormat, reading: Reading): Promise<void> {
  if (format === 'zip') {
    if (!(source instanceof Readable)) {
      await expectNoTar(source, reading.meter);
      return readZip(source, reading);
    }
    throw new DomainError('internal', 'archive.zip-needs-random-access', 'A zip archive cannot be read from a stream.');
  }
  if (!(source instanceof Readable)) await expectNoZip(source, reading);
  const stream = source instanceof Readable ? source : source.openRange(0, source.size);
  const { meter, scope } = reading;
  const packed = new ByteReader(stream, meter, (bytes) => {
    scope.addCompressed(bytes);
  });
  const input = new ByteReader(unpack(packed, format, reading), meter, countUnpacked(scope));
  try {
    await readTar(input, reading, format === 'tar');
  } finally {
    input.close();
    packed.close();
  }
}

function unpack(packed: ByteReader, format: Exclude<ArchiveFormat, 'zip'>, reading: Reading): AsyncIterable<Buffer> {
  switch (format) {
    case 'tar':
      return asIterable(packed);
    case 'tar.gz':
      return gunzipOneMember(packed, reading.log);
    case 'tar.zst':
      return unzstdOneFrame(packed, reading.meter);
  }
}

async function* asIterable(reader: ByteReader): AsyncGenerator<Buffer, void> {
  for (let chunk = await reader.some(65_536); chunk !== undefined; chunk = await reader.some(65_536)) yield chunk;
}

function countUnpacked(scope: ArchiveScope): (bytes: number) => void {
  return (bytes) => {
    scope.addUnpacked(bytes);
  };
}
