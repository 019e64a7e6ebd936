import type { ArchiveEntry } from './archive-entry.js';
import { decodeUtf8, parseEntryPath } from './entry-path.js';
import type { Reading } from './reading.js';
import type { ZipRecord } from './zip-directory.js';
import { descriptorFlag, unreadableFlags, utf8Flag } from './zip-local-header.js';

const stored = 0;
const deflated = 8;
const typeMask = 0o170000;
const unixTypes: Readonly<Record<number, ArchiveEntry['type']>> = {
  0: 'file',
  0o100000: 'file',
  0o040000: 'directory',
  0o120000: 'symlink',
};

/** The member as an entry, or undefined when it must not be visited (with a finding). */
export function zipEntry(record: ZipRecord, { log, meter }: Reading): ArchiveEntry | undefined {
  const shown = record.rawName.toString('latin1');
  const refuse = (code: string, message: string): ArchiveEntry | undefined => {
    log.refuse(code, shown, message);
    return undefined;
  };
  if ((record.flags & unreadableFlags) !== 0) return refuse('zip-encrypted', 'A member is encrypted.');
  if (record.method !== stored && record.method !== deflated) {
    return refuse('zip-method', 'A member is compressed in a way that not every reader knows.');
  }
  const name = decodeUtf8(record.rawName);
  if (name === undefined) return refuse('name-not-utf8', 'A member’s name is not UTF-8.');
  if ((record.flags & utf8Flag) === 0 && record.rawName.some((byte) => byte > 0x7f)) {
    log.flag('zip-name-encoding', name, 'A name is UTF-8 but not marked as such.');
  }
  const parsed = parseEntryPath(name, meter);
  if ('code' in parsed) return refuse(parsed.code, parsed.message);
  const type = typeOf(record, name);
  if (type === undefined) return refuse('device-entry', 'A member is of a type that no package needs.');
  if (parsed.path === '') return refuse('type-conflict', 'A member takes the place of the root.');
  if (type === 'directory' && record.size > 0) return refuse('directory-content', 'A folder has content.');
  if (parsed.normalized) log.flag('path-not-normalized', name, 'A path has empty or “.” segments.');
  for (const { code, message } of parsed.oddities) log.flag(code, name, message);
  if (record.method === stored && (record.flags & descriptorFlag) !== 0) {
    log.flag('zip-stored-descriptor', name, 'A member that is stored as it is has its size behind it.');
  }
  const mode = record.unixMode === 0 ? (type === 'directory' ? 0o755 : 0o644) : record.unixMode & 0o7777;
  return { path: parsed.path, type, size: record.size, mode, executable: type === 'file' && (mode & 0o111) !== 0 };
}

function typeOf(record: ZipRecord, name: string): ArchiveEntry['type'] | undefined {
  const type = unixTypes[record.unixMode & typeMask];
  return type === 'file' && name.endsWith('/') ? 'directory' : type;
}
