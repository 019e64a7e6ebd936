import { unreadable } from './archive-violation.js';
import { decodeUtf8 } from './entry-path.js';

/** The records that change how a member is read; others (times, owners, comments) do not matter here. */
export interface PaxOverrides {
  readonly path?: string;
  readonly linkpath?: string;
  readonly size?: number;
}

const decisive = new Set(['path', 'linkpath', 'size']);
const utf8Charset = 'ISO-IR 10646 2000 UTF-8';

/**
 * Extended header records, `<length> <key>=<value>\n` (POSIX.1-2017 pax).
 * @throws DomainError `invalid` for damaged or repeated records, sparse files, and names in unknown encodings
 */
export function parsePax(data: Buffer): PaxOverrides {
  const found = new Map<string, string>();
  for (let at = 0; at < data.length;) {
    const space = data.indexOf(0x20, at);
    const digits = space === -1 ? '' : data.toString('latin1', at, space);
    const length = /^[1-9]\d{0,8}$/u.test(digits) ? Number(digits) : 0;
    const end = at + length;
    const equals = data.indexOf(0x3d, space);
    if (length === 0 || end > data.length || data[end - 1] !== 0x0a || equals === -1 || equals >= end - 1) {
      throw malformed('An extended header is damaged.');
    }
    const key = data.toString('latin1', space + 1, equals);
    keep(found, key, data.subarray(equals + 1, end - 1));
    at = end;
  }
  const path = found.get('path');
  const linkpath = found.get('linkpath');
  const size = found.get('size');
  if (size !== undefined && !/^\d{1,15}$/u.test(size)) throw malformed('An extended header’s size is not a number.');
  return {
    ...(path === undefined ? {} : { path }),
    ...(linkpath === undefined ? {} : { linkpath }),
    ...(size === undefined ? {} : { size: Number(size) }),
  };
}

function keep(found: Map<string, string>, key: string, bytes: Buffer): void {
  if (key.startsWith('GNU.sparse.')) throw unreadable('sparse-entry', '', 'The archive contains a sparse file.');
  const isCharset = key === 'hdrcharset';
  if (!decisive.has(key) && !isCharset) return;
  const value = decodeUtf8(bytes);
  if (value === undefined || (isCharset && value !== utf8Charset)) {
    throw unreadable('name-not-utf8', '', 'A name in an extended header is not UTF-8.');
  }
  if (value === '') throw malformed('An extended header takes back a name or size.');
  if (found.has(key)) throw malformed(`An extended header names ${key} twice.`);
  found.set(key, value);
}

function malformed(message: string): Error {
  return unreadable('pax-malformed', '', message);
}
