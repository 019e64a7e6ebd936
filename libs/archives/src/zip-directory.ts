import type { Entry, ZipFile } from 'yauzl';
import { fromRandomAccessReaderPromise, RandomAccessReader } from 'yauzl';
import { DomainError } from '@waybill/domain';
import type { FindingLog } from './archive-violation.js';
import { unreadable } from './archive-violation.js';
import type { BudgetMeter } from './budget-meter.js';
import { locateDirectory } from './zip-end-records.js';
import { expectZip64, parseExtraFields, zip64Values } from './zip-extra-fields.js';
import { RangeWindow } from './zip-range.js';
import type { RandomAccessSource } from './archive-entry.js';

export interface ZipRecord {
  readonly rawName: Buffer;
  readonly flags: number;
  readonly method: number;
  readonly crc32: number;
  readonly compressedSize: number;
  readonly size: number;
  /** Where the local header begins. */
  readonly offset: number;
  /** Unix type and permission bits, 0 when made elsewhere. */
  readonly unixMode: number;
}

const unixHosts = [3, 19];

/** Hands yauzl bytes through the window; yauzl asks for headers only. */
class WindowReader extends RandomAccessReader {
  readonly #window: RangeWindow;

  constructor(window: RangeWindow) {
    super();
    this.#window = window;
  }

  // eslint-disable-next-line max-params -- yauzl's signature
  override read(
    target: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    this.#window.read(position, length).then(
      (bytes) => {
        bytes.copy(target, offset);
        callback(null);
      },
      (thrown: unknown) => {
        callback(thrown instanceof Error ? thrown : new Error('The archive could not be read.'));
      },
    );
  }
}

/** The central directory in the order of the local headers, and where those end. */
export async function readZipDirectory(
  source: RandomAccessSource,
  meter: BudgetMeter,
  log: FindingLog,
): Promise<{ readonly records: readonly ZipRecord[]; readonly end: number }> {
  const window = new RangeWindow(source, meter);
  const place = await locateDirectory(source.size, window, log);
  meter.addEntries(place.entryCount);
  const records: ZipRecord[] = [];
  try {
    const zip = await fromRandomAccessReaderPromise(new WindowReader(window), source.size, {
      lazyEntries: true,
      decodeStrings: false,
      autoClose: false,
      validateEntrySizes: false,
    });
    if (zip.entryCount !== place.entryCount || cursorOf(zip) !== place.start) throw twoEnds();
    for await (const entry of zip.eachEntry()) {
      meter.check();
      meter.addPathBytes(entry.fileNameLength);
      records.push(toRecord(entry));
    }
    if (cursorOf(zip) !== place.end) throw twoEnds();
  } catch (thrown) {
    if (thrown instanceof DomainError) throw thrown;
    throw unreadable('zip-directory', '', 'The zip directory is damaged.', thrown);
  }
  return { records: records.sort((one, other) => one.offset - other.offset), end: place.start };
}

function toRecord(entry: Entry): ZipRecord {
  const rawName = Buffer.from(entry.fileNameRaw);
  const fields = parseExtraFields(entry.extraFieldRaw, rawName);
  // yauzl has put the 64-bit values in place of the 32-bit ones; none may be left that it had no use for.
  expectZip64(zip64Values(fields), [entry.uncompressedSize, entry.compressedSize, entry.relativeOffsetOfLocalHeader]);
  const made = entry.versionMadeBy >> 8;
  return {
    rawName,
    flags: entry.generalPurposeBitFlag,
    method: entry.compressionMethod,
    crc32: entry.crc32,
    compressedSize: entry.compressedSize,
    size: entry.uncompressedSize,
    offset: entry.relativeOffsetOfLocalHeader,
    unixMode: unixHosts.includes(made) ? entry.externalFileAttributes >>> 16 : 0,
  };
}

/** Where yauzl reads next; its published types call this position a boolean. */
function cursorOf(zip: ZipFile): number {
  return Number(zip.readEntryCursor);
}

function twoEnds(): Error {
  return unreadable('zip-directory', '', 'The zip directory’s extent is ambiguous.');
}
