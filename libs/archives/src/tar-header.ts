import { unreadable } from './archive-violation.js';
import { decodeUtf8 } from './entry-path.js';

export const tarBlockBytes = 512;

export interface TarHeader {
  /** Undefined when not UTF-8. */
  readonly name: string | undefined;
  readonly linkName: string | undefined;
  /** One character; `0` also for the NUL of old archives. */
  readonly typeFlag: string;
  readonly mode: number;
  readonly size: number;
}

/**
 * One header block (POSIX.1-2017 pax, “ustar Interchange Format”; GNU and v7 variants). What readers are known to
 * disagree about is refused: damaged numbers, prefix bytes outside ustar.
 * @throws DomainError `invalid`
 */
export function parseTarHeader(block: Buffer): TarHeader {
  const stored = parseNumber(block.subarray(148, 156));
  if (stored === undefined || stored !== checksumOf(block)) {
    throw unreadable('invalid-checksum', '', 'A tar header’s checksum is wrong.');
  }
  const base = decodeUtf8(textField(block, 0, 100));
  const prefix = prefixOf(block);
  const name = base === undefined || prefix === undefined ? undefined : prefix === '' ? base : `${prefix}/${base}`;
  const size = parseNumber(block.subarray(124, 136));
  if (size === undefined) throw unreadable('ambiguous-size', name ?? '', 'A member’s size is not a number.');
  const flag = block[156] ?? 0;
  return {
    name,
    linkName: decodeUtf8(textField(block, 157, 100)),
    typeFlag: flag === 0 ? '0' : String.fromCharCode(flag),
    mode: (parseNumber(block.subarray(100, 108)) ?? 0o644) & 0o7777,
    size,
  };
}

function prefixOf(block: Buffer): string | undefined {
  const bytes = textField(block, 345, 155);
  if (bytes.length === 0) return '';
  if (block.toString('latin1', 257, 265) !== 'ustar\x0000') {
    throw unreadable('ambiguous-header', '', 'A tar header has a name prefix but is not in the ustar format.');
  }
  return decodeUtf8(bytes);
}

/** Bytes up to the first NUL. */
function textField(block: Buffer, start: number, length: number): Buffer {
  const field = block.subarray(start, start + length);
  const end = field.indexOf(0);
  return end === -1 ? field : field.subarray(0, end);
}

/** Octal between blanks and NULs, or GNU base-256 (first bit set); undefined when neither, or negative. */
function parseNumber(field: Buffer): number | undefined {
  if (field[0] === 0x80) {
    let value = 0;
    for (const byte of field.subarray(1)) {
      value = value * 256 + byte;
      if (value > Number.MAX_SAFE_INTEGER) return undefined;
    }
    return value;
  }
  const text = /^[ \0]*([0-7]*)[ \0]*$/u.exec(field.toString('latin1'))?.[1];
  if (text === undefined) return undefined;
  return text === '' ? 0 : Number.parseInt(text, 8);
}

/** Sum of all bytes with the checksum field taken as blanks. */
function checksumOf(block: Buffer): number {
  let sum = 8 * 0x20;
  for (let index = 0; index < tarBlockBytes; index += 1) {
    if (index < 148 || index >= 156) sum += block[index] ?? 0;
  }
  return sum;
}
