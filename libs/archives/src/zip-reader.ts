import { crc32 } from 'node:zlib';
import type { ArchiveEntry, RandomAccessSource } from './archive-entry.js';
import { unreadable } from './archive-violation.js';
import { ByteReader } from './byte-reader.js';
import { inflateRaw } from './decompression.js';
import type { PullContent } from './entry-content.js';
import { drain } from './entry-content.js';
import { EntryLedger } from './entry-ledger.js';
import { decodeUtf8 } from './entry-path.js';
import type { Reading } from './reading.js';
import type { ZipRecord } from './zip-directory.js';
import { readZipDirectory } from './zip-directory.js';
import { zipEntry } from './zip-entry.js';
import { descriptorFlag, expectDescriptor, expectLocalHeader } from './zip-local-header.js';

const chunkBytes = 65_536;

/**
 * Reads a zip archive as PyPI does: the directory first, then the file from its first byte to the directory in one
 * pass, in which every byte must belong to exactly one member.
 */
export async function readZip(source: RandomAccessSource, reading: Reading): Promise<void> {
  const { meter, log, scope } = reading;
  const { records, end } = await readZipDirectory(source, meter, log);
  scope.addCompressed(source.size - end);
  const ledger = new EntryLedger(log, meter, 'refuse');
  const input = new ByteReader(source.openRange(0, end), meter, (bytes) => {
    scope.addCompressed(bytes);
  });
  try {
    for (const [index, record] of records.entries()) {
      await expectLocalHeader(input, record);
      await readMember(input, record, { reading, ledger });
      if ((record.flags & descriptorFlag) !== 0)
        await expectDescriptor(input, record, records[index + 1]?.offset ?? end);
    }
    if (input.position !== end)
      throw unreadable('zip-hidden-data', '', 'Data lies between the members and the directory.');
  } finally {
    input.close();
  }
  await ledger.finish();
}

async function readMember(
  input: ByteReader,
  record: ZipRecord,
  { reading, ledger }: { reading: Reading; ledger: EntryLedger },
): Promise<void> {
  reading.meter.checkEntryBytes(record.size);
  const entry = zipEntry(record, reading);
  const raw = rawContent(input, record.compressedSize);
  // What is not understood is passed over; what is understood is read and checked even when nobody sees it.
  if (entry === undefined) return drain(raw);
  const content = checkedContent(raw, record, reading);
  try {
    const complete = entry.type === 'symlink' ? await withTarget(entry, content.pull, reading) : entry;
    if (complete !== undefined && ledger.admit(complete) === 'visit') await reading.visit(complete, content.pull);
    await drain(content.pull);
    await drain(raw);
  } finally {
    content.close();
  }
}

interface CheckedContent {
  readonly pull: PullContent;
  /** Lets go of the decompressor. */
  close(): void;
}

function rawContent(input: ByteReader, length: number): PullContent {
  let left = length;
  return async () => {
    if (left === 0) return null;
    const chunk = await input.exactly(Math.min(left, chunkBytes));
    left -= chunk.length;
    return chunk;
  };
}

/** Unpacked content that ends with an error unless size and CRC-32 are what the directory says. */
function checkedContent(raw: PullContent, record: ZipRecord, { meter, scope }: Reading): CheckedContent {
  const shown = record.rawName.toString('latin1');
  const packed = new ByteReader(toIterable(raw), meter, () => undefined);
  const unpacked = record.method === 0 ? toIterable(raw) : inflateRaw(packed);
  const output = unpacked[Symbol.asyncIterator]();
  let crc = 0;
  let size = 0;
  let ended = false;
  const pull = async () => {
    if (ended) return null;
    const { value, done } = await output.next();
    if (done !== true) {
      scope.addUnpacked(value.length);
      crc = crc32(value, crc);
      size += value.length;
      if (size > record.size) throw unreadable('zip-size-mismatch', shown, 'A member is larger than declared.');
      return value;
    }
    ended = true;
    if (size !== record.size) throw unreadable('zip-size-mismatch', shown, 'A member is smaller than declared.');
    if (crc !== record.crc32) throw unreadable('zip-crc-mismatch', shown, 'A member’s checksum is wrong.');
    if (record.method !== 0 && (await packed.some(1)) !== undefined) {
      throw unreadable('zip-hidden-data', shown, 'Data follows the end of a member’s compressed stream.');
    }
    return null;
  };
  return {
    pull,
    close: () => {
      output.return().catch(() => undefined);
    },
  };
}

async function* toIterable(pull: PullContent): AsyncGenerator<Buffer, void> {
  for (let chunk = await pull(); chunk !== null; chunk = await pull()) yield chunk;
}

/** A symlink of a zip archive keeps its target as its content. */
async function withTarget(
  entry: ArchiveEntry,
  content: PullContent,
  { meter, log }: Reading,
): Promise<ArchiveEntry | undefined> {
  meter.addPathBytes(entry.size);
  const parts: Buffer[] = [];
  for (let chunk = await content(); chunk !== null; chunk = await content()) parts.push(chunk);
  const linkTarget = decodeUtf8(Buffer.concat(parts));
  if (linkTarget !== undefined) return { ...entry, linkTarget };
  log.refuse('name-not-utf8', entry.path, 'A link’s target is not UTF-8.');
  return undefined;
}
