import { invalidDistribution } from './distribution-refusal.js';

/** One line of RECORD (PEP 376, PEP 427; "Recording installed projects"). */
export interface RecordLine {
  readonly path: string;
  /** Unpadded URL-safe base64, as it stands there. */
  readonly hash: { readonly algorithm: RecordAlgorithm; readonly value: string } | undefined;
  readonly sizeBytes: number | undefined;
}

/** What RECORD may hash with: sha256 or better. */
export const recordAlgorithms = ['sha256', 'sha384', 'sha512'] as const;
export type RecordAlgorithm = (typeof recordAlgorithms)[number];

const maxLines = 200_000;
const field = /(?:"(?<quoted>(?:[^"]|"")*)"|(?<bare>[^",\n]*))(?<end>,|\n|$)/y;

/** Reads RECORD. Errors: `invalid` `pypi.wheel-record`. */
export function parseRecord(bytes: Uint8Array): ReadonlyMap<string, RecordLine> {
  const lines = new Map<string, RecordLine>();
  for (const row of rowsOf(decode(bytes))) {
    const [written = '', hash = '', size = ''] = row;
    if (row.length === 1 && written === '') continue;
    if (row.length !== 3) throw invalidRecord(`it has a line of ${row.length} fields`);
    // Wheels that were made on Windows have such paths; installers turn them around.
    const path = written.replaceAll('\\', '/');
    const line = { path, hash: parseHash(hash), sizeBytes: parseSize(size) };
    const known = lines.get(path);
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(line)) {
      throw invalidRecord(`it names ${path} twice, as two different files`);
    }
    lines.set(path, line);
    if (lines.size > maxLines) throw invalidRecord(`it has more than ${maxLines} lines`);
  }
  return lines;
}

function* rowsOf(text: string): Generator<string[]> {
  const content = text.replaceAll(/\r\n?/g, '\n');
  let row: string[] = [];
  field.lastIndex = 0;
  while (field.lastIndex < content.length) {
    const groups = field.exec(content)?.groups;
    if (groups === undefined) throw invalidRecord('it is not CSV');
    row.push(groups['quoted']?.replaceAll('""', '"') ?? groups['bare'] ?? '');
    if (groups['end'] === ',') {
      if (field.lastIndex === content.length) row.push('');
      else continue;
    }
    yield row;
    row = [];
  }
  if (row.length > 0) yield row;
}

function parseHash(text: string): RecordLine['hash'] {
  if (text === '') return undefined;
  const equals = text.indexOf('=');
  const algorithm = recordAlgorithms.find((one) => one === text.slice(0, equals).toLowerCase());
  if (algorithm === undefined) throw invalidRecord(`it hashes with something else than ${recordAlgorithms.join(', ')}`);
  return { algorithm, value: text.slice(equals + 1).replace(/=+$/, '') };
}

function parseSize(text: string): number | undefined {
  if (text === '') return undefined;
  if (!/^[0-9]{1,15}$/.test(text)) throw invalidRecord('it has a size that is no number');
  return Number(text);
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw invalidRecord('it is not UTF-8');
  }
}

/** Errors that say which file of the wheel RECORD is wrong about. */
export function invalidRecord(reason: string): Error {
  return invalidDistribution('wheel-record', `The RECORD of the wheel is not accepted: ${reason}.`);
}
