import type { FindingLog } from './archive-violation.js';
import { unreadable } from './archive-violation.js';
import type { RangeWindow } from './zip-range.js';

export interface ZipDirectoryPlace {
  readonly entryCount: number;
  readonly start: number;
  /** Where the first end record begins; the directory has to reach exactly to it. */
  readonly end: number;
}

const endBytes = 22;
const locatorBytes = 20;
const end64Bytes = 56;
const maxCommentBytes = 0xffff;
const signatures = { end: 0x06054b50, locator: 0x07064b50, end64: 0x06064b50 };

/**
 * The end of central directory (APPNOTE.TXT 4.3.14 to 4.3.16), of which there must be one that all readers find: the
 * last signature in the file, with nothing behind its comment and no signature inside it.
 */
export async function locateDirectory(size: number, window: RangeWindow, log: FindingLog): Promise<ZipDirectoryPlace> {
  if (size < endBytes) throw unreadable('not-zip', '', 'The file is too short for a zip archive.');
  const tailStart = Math.max(0, size - endBytes - maxCommentBytes);
  const tail = await window.read(tailStart, size - tailStart);
  const at = tail.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'), tail.length - endBytes);
  if (at === -1) throw unreadable('not-zip', '', 'The end of the zip directory was not found.');
  const record = tail.subarray(at);
  const comment = record.subarray(endBytes);
  if (record.readUInt16LE(20) !== comment.length) {
    throw unreadable('trailing-data', '', 'Data follows the end of the zip archive, or its comment’s length is wrong.');
  }
  if (comment.includes('PK')) throw unreadable('zip-comment', '', 'The zip comment contains what looks like records.');
  if (comment.length > 0) log.flag('zip-comment', '', 'The zip archive has a comment.');
  if (
    record.readUInt16LE(4) !== 0 ||
    record.readUInt16LE(6) !== 0 ||
    record.readUInt16LE(8) !== record.readUInt16LE(10)
  ) {
    throw unreadable('zip-multi-disk', '', 'The zip archive spans several disks.');
  }
  const place = {
    entryCount: record.readUInt16LE(10),
    bytes: record.readUInt32LE(12),
    start: record.readUInt32LE(16),
    end: tailStart + at,
  };
  const found = await withZip64(place, window);
  if (found.start + found.bytes !== found.end || found.entryCount * 46 > found.bytes) {
    throw unreadable('zip-directory', '', 'The zip directory is not where its end record says.');
  }
  return found;
}

type Place = ZipDirectoryPlace & { readonly bytes: number };

async function withZip64(place: Place, window: RangeWindow): Promise<Place> {
  const locatorStart = place.end - locatorBytes;
  if (locatorStart < 0) return place;
  const locator = await window.read(locatorStart, locatorBytes);
  if (locator.readUInt32LE(0) !== signatures.locator) return place;
  const end64Start = locatorStart - end64Bytes;
  if (locator.readUInt32LE(4) !== 0 || locator.readUInt32LE(16) > 1 || uint64(locator, 8) !== end64Start) throw lies();
  const end64 = await window.read(end64Start, end64Bytes);
  if (end64.readUInt32LE(0) !== signatures.end64 || uint64(end64, 4) !== end64Bytes - 12) throw lies();
  if (end64.readUInt32LE(16) !== 0 || end64.readUInt32LE(20) !== 0 || uint64(end64, 24) !== uint64(end64, 32)) {
    throw unreadable('zip-multi-disk', '', 'The zip archive spans several disks.');
  }
  return {
    entryCount: agreed(place.entryCount, 0xffff, uint64(end64, 32)),
    bytes: agreed(place.bytes, 0xffffffff, uint64(end64, 40)),
    start: agreed(place.start, 0xffffffff, uint64(end64, 48)),
    end: end64Start,
  };
}

/** A 32-bit field either points to its 64-bit twin or says the same. */
function agreed(short: number, placeholder: number, long: number): number {
  if (short !== placeholder && short !== long) throw lies();
  return long;
}

/** @throws DomainError above 2^53, which no honest archive needs */
export function uint64(bytes: Buffer, offset: number): number {
  const value = bytes.readBigUInt64LE(offset);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw lies();
  return Number(value);
}

function lies(): Error {
  return unreadable('zip64-mismatch', '', 'The ZIP64 records contradict the archive.');
}
