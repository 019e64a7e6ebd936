import type { RandomAccessSource } from './archive-entry.js';
import { unreadable } from './archive-violation.js';
import type { BudgetMeter } from './budget-meter.js';
import type { Reading } from './reading.js';
import { parseTarHeader, tarBlockBytes } from './tar-header.js';
import { RangeWindow } from './zip-range.js';

const endBytes = 22;
const maxCommentBytes = 0xffff;
const end = Buffer.from('PK\x05\x06', 'latin1');
const directory = Buffer.from('PK\x01\x02', 'latin1');

/**
 * Refuses a zip archive that others may take for a tar archive (security.md I1): its first 512 bytes are a header of one.
 * @throws DomainError `invalid` `archive.two-formats`
 */
export async function expectNoTar(source: RandomAccessSource, meter: BudgetMeter): Promise<void> {
  if (source.size < tarBlockBytes) return;
  const block = await new RangeWindow(source, meter).read(0, tarBlockBytes);
  try {
    parseTarHeader(block);
  } catch {
    return;
  }
  throw unreadable('two-formats', '', 'The file is a zip archive and a tar archive at once.');
}

/**
 * Looks for a zip archive at the end of a tar archive, wherever its members begin (I1). Refused is one that ends with the
 * file, which every reader finds. One with something behind it is found by lenient readers, and by chance where the last
 * member of an honest package is a zip archive that could not be compressed further: that is a flag, `zip-at-end`.
 * @throws DomainError `invalid` `archive.two-formats`
 */
export async function expectNoZip(source: RandomAccessSource, { meter, log }: Reading): Promise<void> {
  const window = new RangeWindow(source, meter);
  const tailStart = Math.max(0, source.size - endBytes - maxCommentBytes);
  const tail = Buffer.from(await window.read(tailStart, source.size - tailStart));
  for (let at = tail.indexOf(end); at !== -1; at = tail.indexOf(end, at + 1)) {
    if (at + endBytes > tail.length) return;
    if (!(await leadsToDirectory(tail.subarray(at), tailStart + at, window))) continue;
    if (at + endBytes + tail.readUInt16LE(at + 20) === tail.length) {
      throw unreadable('two-formats', '', 'The file is a tar archive and a zip archive at once.');
    }
    log.flag('zip-at-end', '', 'The file ends with what some readers take for the end of a zip archive.');
    return;
  }
}

/** Readers count from the beginning of the file, or backwards from the end record. */
async function leadsToDirectory(record: Buffer, position: number, window: RangeWindow): Promise<boolean> {
  const bytes = record.readUInt32LE(12);
  for (const start of [record.readUInt32LE(16), position - bytes]) {
    if (start < 0 || start + directory.length > position) continue;
    if ((await window.read(start, directory.length)).equals(directory)) return true;
  }
  return false;
}
