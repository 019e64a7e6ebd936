import type { RandomAccessSource } from '@waybill/archives';
import type { ReadingOptions, WheelContents } from './wheel-contents.js';
import { hashMembers } from './wheel-contents.js';
import type { RecordAlgorithm, RecordLine } from './wheel-record.js';
import { invalidRecord } from './wheel-record.js';

interface RecordedWheel {
  readonly source: RandomAccessSource;
  readonly contents: WheelContents;
  /** `<name>-<version>.dist-info` */
  readonly folder: string;
  readonly record: ReadonlyMap<string, RecordLine>;
}

const maxNamed = 5;

/**
 * Refuses a wheel whose RECORD is not what is in it (PEP 427 "Signed wheel files", P9): each file is there with its hash and
 * its size, and none besides, but RECORD itself and what signs it. Installers unpack what RECORD does not name, and never
 * take it away again. Errors: `invalid` `pypi.wheel-record`.
 */
export async function assertRecord(wheel: RecordedWheel, options: ReadingOptions): Promise<void> {
  const { contents, folder, record } = wheel;
  const unhashed = new Set([`${folder}/RECORD`, `${folder}/RECORD.jws`, `${folder}/RECORD.p7s`]);
  const absent = [...record.keys()].filter((path) => !contents.members.has(path) && !isFolder(contents, path));
  if (absent.length > 0) throw invalidRecord(`it names what is not in the wheel: ${list(absent)}`);
  const unnamed = [...contents.members.keys()].filter((path) => !record.has(path) && !isSignature(folder, path));
  if (unnamed.length > 0) throw invalidRecord(`it does not name what is in the wheel: ${list(unnamed)}`);
  const others = new Map<string, RecordAlgorithm>();
  for (const line of record.values()) {
    const member = contents.members.get(line.path);
    if (member === undefined) continue;
    if (line.sizeBytes !== undefined && line.sizeBytes !== member.sizeBytes) {
      throw invalidRecord(`it has another size for ${line.path}`);
    }
    if (line.hash === undefined) {
      if (!unhashed.has(line.path)) throw invalidRecord(`it has no hash for ${line.path}`);
    } else if (line.hash.algorithm !== 'sha256') others.set(line.path, line.hash.algorithm);
    else if (line.hash.value !== member.sha256) throw invalidRecord(`it has another hash for ${line.path}`);
  }
  await assertOtherHashes(wheel, others, options);
}

async function assertOtherHashes(
  { source, record }: RecordedWheel,
  algorithms: ReadonlyMap<string, RecordAlgorithm>,
  options: ReadingOptions,
): Promise<void> {
  if (algorithms.size === 0) return;
  for (const [path, hash] of await hashMembers(source, algorithms, options)) {
    if (record.get(path)?.hash?.value !== hash) throw invalidRecord(`it has another hash for ${path}`);
  }
}

// Old tools named folders too.
function isFolder({ folders }: WheelContents, path: string): boolean {
  return path.endsWith('/') && folders.has(path.slice(0, -1));
}

function isSignature(folder: string, path: string): boolean {
  return path === `${folder}/RECORD.jws` || path === `${folder}/RECORD.p7s`;
}

function list(paths: readonly string[]): string {
  const shown = paths.slice(0, maxNamed).map((path) => path.slice(0, 200));
  return `${shown.join(', ')}${paths.length > maxNamed ? ` and ${paths.length - maxNamed} more` : ''}`;
}
