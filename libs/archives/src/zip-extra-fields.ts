import { unreadable } from './archive-violation.js';
import { uint64 } from './zip-end-records.js';

const ids = { zip64: 0x0001, unicodePath: 0x7075 };

/**
 * Extra fields (APPNOTE.TXT 4.5) by id.
 * @throws DomainError `invalid` for damaged or repeated ones, and for a Unicode path that contradicts the name
 */
export function parseExtraFields(raw: Buffer, name: Buffer): ReadonlyMap<number, Buffer> {
  const fields = new Map<number, Buffer>();
  for (let at = 0; at < raw.length;) {
    const end = at + 4 > raw.length ? raw.length + 1 : at + 4 + raw.readUInt16LE(at + 2);
    if (end > raw.length) throw unreadable('zip-extra-malformed', '', 'The extra fields of a member are damaged.');
    const id = raw.readUInt16LE(at);
    if (fields.has(id)) throw unreadable('zip-extra-duplicate', '', 'A member has the same extra field twice.');
    fields.set(id, raw.subarray(at + 4, end));
    at = end;
  }
  const unicodePath = fields.get(ids.unicodePath);
  if (unicodePath !== undefined && !unicodePath.subarray(5).equals(name)) {
    throw unreadable('zip-name-mismatch', name.toString('latin1'), 'A member has two different names.');
  }
  return fields;
}

/** The 64-bit values of a ZIP64 field (APPNOTE.TXT 4.5.3), in the order they stand in. */
export function zip64Values(fields: ReadonlyMap<number, Buffer>): number[] {
  const field = fields.get(ids.zip64) ?? Buffer.alloc(0);
  if (field.length % 8 !== 0 || field.length > 24) throw zip64Mismatch();
  return Array.from({ length: field.length / 8 }, (_unused, index) => uint64(field, index * 8));
}

/** Says of each 64-bit value that it is one of the record's sizes, in their order: none is left over to lie with. */
export function expectZip64(values: readonly number[], sizes: readonly number[]): void {
  let at = 0;
  for (const value of values) {
    at = sizes.indexOf(value, at) + 1;
    if (at === 0) throw zip64Mismatch();
  }
}

export function zip64Mismatch(): Error {
  return unreadable('zip64-mismatch', '', 'The ZIP64 field of a member contradicts its record.');
}
