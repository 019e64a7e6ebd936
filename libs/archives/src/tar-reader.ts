import { createHash } from 'node:crypto';
import type { ArchiveEntry } from './archive-entry.js';
import { unreadable } from './archive-violation.js';
import type { ByteReader } from './byte-reader.js';
import { allZero, truncated } from './byte-reader.js';
import { drain } from './entry-content.js';
import { EntryLedger } from './entry-ledger.js';
import { parseEntryPath } from './entry-path.js';
import type { Reading } from './reading.js';
import { TarExtensions } from './tar-extensions.js';
import type { TarHeader } from './tar-header.js';
import { parseTarHeader, tarBlockBytes } from './tar-header.js';

const chunkBytes = 65_536;
const entryTypes: Readonly<Record<string, ArchiveEntry['type']>> = {
  '0': 'file',
  '1': 'hardlink',
  '2': 'symlink',
  '5': 'directory',
  '7': 'file',
};
const refusedTypes: Readonly<Record<string, string>> = {
  '3': 'device-entry',
  '4': 'device-entry',
  '6': 'fifo-entry',
  S: 'sparse-entry',
};

/**
 * Reads a tar archive to its last byte. A parser of our own, since libraries pass over in silence what has to be seen
 * here: raw headers, records that contradict them, and everything after the end marker.
 */
export async function readTar(input: ByteReader, reading: Reading, endRequired: boolean): Promise<void> {
  const ledger = new EntryLedger(reading.log, reading.meter, 'compare');
  const extensions = new TarExtensions(reading.meter);
  for (;;) {
    reading.meter.check();
    const block = await input.upTo(tarBlockBytes);
    if (allZero(block)) {
      if (extensions.pending) throw unreadable('extension-order', '', 'An extended header describes no member.');
      await readEnd(input, reading, block.length, endRequired);
      break;
    }
    if (block.length < tarBlockBytes) throw truncated();
    const header = parseTarHeader(block);
    if (TarExtensions.describes(header)) {
      await extensions.take(header, (length) => input.exactly(length));
      await readPadding(input, reading, header);
    } else {
      await readMember(input, reading, { ledger, header: extensions.apply(header) });
    }
  }
  await ledger.finish();
}

async function readMember(
  input: ByteReader,
  reading: Reading,
  { ledger, header }: { ledger: EntryLedger; header: TarHeader },
): Promise<void> {
  const { meter } = reading;
  meter.addEntries();
  meter.checkEntryBytes(header.size);
  const hash = createHash('sha256');
  let left = header.size;
  const pull = async () => {
    if (left === 0) return null;
    const chunk = await input.some(Math.min(left, chunkBytes));
    if (chunk === undefined) throw truncated(header.name);
    left -= chunk.length;
    hash.update(chunk);
    return chunk;
  };
  const entry = toEntry(header, reading);
  const admission = entry === undefined ? 'skip' : ledger.admit(entry);
  if (entry === undefined || admission === 'skip') {
    await drain(pull);
  } else if (admission === 'visit') {
    await reading.visit(entry, pull);
    if (entry.type === 'file') ledger.rememberDigest(entry.path, hash.digest('base64'));
  } else {
    await drain(pull);
    ledger.judgeDuplicate(entry.path, hash.digest('base64') === admission.compareWith);
  }
  await readPadding(input, reading, header);
}

/** The member as an entry, or undefined when it must not be visited (with a finding, unless it is the root itself). */
function toEntry(header: TarHeader, { log, meter }: Reading): ArchiveEntry | undefined {
  const { name, typeFlag, size, mode } = header;
  const known = entryTypes[typeFlag];
  if (known === undefined) {
    log.refuse(
      refusedTypes[typeFlag] ?? 'unsupported-type',
      name ?? '',
      'A member is of a type that no package needs.',
    );
    return undefined;
  }
  if (name === undefined) {
    log.refuse('name-not-utf8', '', 'A member’s name is not UTF-8.');
    return undefined;
  }
  // Old archives mark a folder by its name only.
  const type = known === 'file' && name.endsWith('/') ? 'directory' : known;
  if (type !== 'file' && size > 0) {
    throw unreadable('ambiguous-size', name, 'A folder or link has content, which readers skip differently.');
  }
  const parsed = parseEntryPath(name, meter);
  if ('code' in parsed) {
    log.refuse(parsed.code, name, parsed.message);
    return undefined;
  }
  if (parsed.path === '') {
    if (type !== 'directory') log.refuse('type-conflict', name, 'A member takes the place of the root.');
    return undefined;
  }
  if (parsed.normalized) log.flag('path-not-normalized', name, 'A path has empty or “.” segments.');
  for (const { code, message } of parsed.oddities) log.flag(code, name, message);
  const entry = { path: parsed.path, type, size, mode, executable: type === 'file' && (mode & 0o111) !== 0 };
  return type === 'symlink' || type === 'hardlink' ? withTarget(entry, header, { log, meter }) : entry;
}

function withTarget(
  entry: ArchiveEntry,
  { name = '', linkName }: TarHeader,
  { log, meter }: Pick<Reading, 'log' | 'meter'>,
): ArchiveEntry | undefined {
  if (linkName === undefined) {
    log.refuse('name-not-utf8', name, 'A link’s target is not UTF-8.');
    return undefined;
  }
  if (entry.type === 'symlink') {
    meter.addPathBytes(Buffer.byteLength(linkName));
    return { ...entry, linkTarget: linkName };
  }
  const target = parseEntryPath(linkName, meter);
  if ('code' in target) {
    log.refuse('hardlink-escape', name, 'A hardlink leaves the archive.');
    return undefined;
  }
  return { ...entry, linkTarget: target.path };
}

async function readPadding(input: ByteReader, { log }: Reading, header: TarHeader): Promise<void> {
  const length = (tarBlockBytes - (header.size % tarBlockBytes)) % tarBlockBytes;
  const padding = await input.exactly(length);
  if (!allZero(padding)) {
    log.flag('padding-not-zero', header.name ?? '', 'The bytes after a member’s content are not zeros.');
  }
}

/** Two blocks of zeros end an archive, and only zeros may follow. */
async function readEnd(input: ByteReader, { log }: Reading, firstLength: number, required: boolean): Promise<void> {
  const position = input.position - firstLength;
  const second = await input.upTo(tarBlockBytes);
  if (!allZero(second)) throw afterEnd();
  if (second.length < tarBlockBytes) {
    if (required || position === 0) throw truncated();
    log.flag('no-end-marker', '', 'The tar archive has no end marker.');
  }
  for (let chunk = await input.some(chunkBytes); chunk !== undefined; chunk = await input.some(chunkBytes)) {
    if (!allZero(chunk)) throw afterEnd();
  }
}

function afterEnd(): Error {
  return unreadable('data-after-end', '', 'Data follows the end of the tar archive.');
}
