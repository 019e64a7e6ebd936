import { unreadable } from './archive-violation.js';
import type { ByteReader } from './byte-reader.js';
import { uint64 } from './zip-end-records.js';
import { parseExtraFields, zip64Mismatch, zip64Values } from './zip-extra-fields.js';
import type { ZipRecord } from './zip-directory.js';

/** Encrypted, patched, strongly encrypted, masked headers. */
export const unreadableFlags = 0x1 | 0x20 | 0x40 | 0x2000;
export const descriptorFlag = 0x8;
export const utf8Flag = 0x800;
/** Flags that decide how a member is read; the others tell how well it was compressed. */
const decisiveFlags = unreadableFlags | descriptorFlag | utf8Flag;

/**
 * Reads a local header (APPNOTE.TXT 4.3.7), which must say what the directory says, at the place where the directory
 * says it is, right behind the member before.
 */
export async function expectLocalHeader(input: ByteReader, record: ZipRecord): Promise<void> {
  const shown = record.rawName.toString('latin1');
  if (input.position > record.offset) {
    throw unreadable('zip-overlap', shown, 'Two members of the zip archive overlap.');
  }
  if (input.position < record.offset) {
    throw unreadable('zip-hidden-data', shown, 'The zip archive has data that belongs to no member.');
  }
  const header = await input.exactly(30);
  if (header.readUInt32LE(0) !== 0x04034b50) {
    throw unreadable('zip-header-mismatch', shown, 'A member’s local header is missing.');
  }
  const name = await input.exactly(header.readUInt16LE(26));
  const fields = parseExtraFields(await input.exactly(header.readUInt16LE(28)), name);
  const flags = header.readUInt16LE(6);
  const equal =
    name.equals(record.rawName) &&
    (flags & decisiveFlags) === (record.flags & decisiveFlags) &&
    header.readUInt16LE(8) === record.method &&
    sizesAgree(header, fields, record);
  if (!equal) {
    throw unreadable('zip-header-mismatch', shown, 'A member’s local header contradicts the directory.');
  }
}

function sizesAgree(header: Buffer, fields: ReadonlyMap<number, Buffer>, record: ZipRecord): boolean {
  const long = zip64Values(fields);
  if (long.length !== 0 && long.length !== 2) throw zip64Mismatch();
  const [longSize, longCompressed] = long;
  const size = header.readUInt32LE(22);
  const compressed = header.readUInt32LE(18);
  const pairs = [
    [header.readUInt32LE(14), record.crc32],
    [size === 0xffffffff && longSize !== undefined ? longSize : size, record.size],
    [compressed === 0xffffffff && longCompressed !== undefined ? longCompressed : compressed, record.compressedSize],
    ...(longSize === undefined ? [] : [[longSize, record.size]]),
    ...(longCompressed === undefined ? [] : [[longCompressed, record.compressedSize]]),
  ];
  // With a data descriptor the header is written before the sizes are known, and leaves them zero.
  const mayBeZero = (record.flags & descriptorFlag) !== 0;
  return pairs.every(([local, central]) => local === central || (mayBeZero && local === 0));
}

/** The data descriptor (APPNOTE.TXT 4.3.9), in the one of its four forms that reaches to the next record. */
export async function expectDescriptor(input: ByteReader, record: ZipRecord, end: number): Promise<void> {
  const bytes = await input.exactly(Math.max(0, Math.min(24, end - input.position)));
  const signed = bytes.length === 16 || bytes.length === 24;
  const fields = signed ? bytes.subarray(4) : bytes;
  const valid =
    (bytes.length === 12 || bytes.length === 20 || (signed && bytes.readUInt32LE(0) === 0x08074b50)) &&
    fields.readUInt32LE(0) === record.crc32 &&
    (fields.length === 12
      ? fields.readUInt32LE(4) === record.compressedSize && fields.readUInt32LE(8) === record.size
      : uint64(fields, 4) === record.compressedSize && uint64(fields, 12) === record.size);
  if (!valid) {
    const shown = record.rawName.toString('latin1');
    throw unreadable('zip-header-mismatch', shown, 'A member’s data descriptor contradicts the directory.');
  }
}
