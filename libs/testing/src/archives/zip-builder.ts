import { crc32, deflateRawSync } from 'node:zlib';

/** Zip archives from raw records, so that a test can say exactly what is wrong with one. */
export interface ZipMember {
  readonly name?: string | Buffer;
  readonly content?: string | Buffer;
  readonly stored?: boolean;
  readonly flags?: number;
  readonly method?: number;
  readonly unixMode?: number;
  readonly extra?: Buffer;
  readonly centralExtra?: Buffer;
  /** What the directory says, where it differs. */
  readonly central?: {
    name?: string;
    size?: number;
    compressedSize?: number;
    crc?: number;
    method?: number;
    offset?: number;
  };
  readonly local?: { size?: number; crc?: number; flags?: number };
  /** Written behind the data as a descriptor; sizes in the local header are then zero. */
  readonly descriptor?: 'signed' | 'plain' | 'wrong';
  /** Appended to the compressed data and counted in its length. */
  readonly afterDeflate?: Buffer;
  /** Bytes in front of the local header that belong to nobody. */
  readonly gap?: Buffer;
}

export interface ZipOptions {
  readonly comment?: Buffer;
  readonly entryCount?: number;
  readonly disk?: number;
  readonly beforeEnd?: (place: { start: number; bytes: number; count: number }) => Buffer;
  readonly end?: { start?: number; bytes?: number };
  readonly trailing?: Buffer;
  readonly leading?: Buffer;
}

export function zip(members: readonly ZipMember[], options: ZipOptions = {}): Buffer {
  const parts: Buffer[] = [options.leading ?? Buffer.alloc(0)];
  let offset = parts[0]?.length ?? 0;
  const directory: Buffer[] = [];
  for (const member of members) {
    const { local, central } = zipMember(member, offset + (member.gap?.length ?? 0));
    parts.push(member.gap ?? Buffer.alloc(0), local);
    offset += (member.gap?.length ?? 0) + local.length;
    directory.push(central);
  }
  const bytes = directory.reduce((sum, record) => sum + record.length, 0);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(options.disk ?? 0, 4);
  end.writeUInt16LE(options.entryCount ?? members.length, 8);
  end.writeUInt16LE(options.entryCount ?? members.length, 10);
  end.writeUInt32LE(options.end?.bytes ?? bytes, 12);
  end.writeUInt32LE(options.end?.start ?? offset, 16);
  end.writeUInt16LE(options.comment?.length ?? 0, 20);
  const before = options.beforeEnd?.({ start: offset, bytes, count: members.length }) ?? Buffer.alloc(0);
  const rest = [before, end, options.comment ?? Buffer.alloc(0), options.trailing ?? Buffer.alloc(0)];
  return Buffer.concat([...parts, ...directory, ...rest]);
}

function zipMember(member: ZipMember, offset: number): { local: Buffer; central: Buffer } {
  const content = Buffer.from(member.content ?? '');
  const name = Buffer.from(member.name ?? 'pkg/module.py');
  const packed = member.stored === true ? content : deflateRawSync(content);
  const data = Buffer.concat([packed, member.afterDeflate ?? Buffer.alloc(0)]);
  const described = member.descriptor !== undefined;
  const fields = {
    flags: (member.flags ?? 0x800) | (described ? 8 : 0),
    method: member.method ?? (member.stored === true ? 0 : 8),
    crc: crc32(content),
    compressedSize: data.length,
    size: content.length,
    name,
    extra: member.extra ?? Buffer.alloc(0),
  };
  const zeroed = described ? { crc: 0, compressedSize: 0, size: 0 } : {};
  const local = commonFields({ ...fields, ...zeroed, ...member.local }, 0x04034b50, 30);
  const changed = { ...fields, ...member.central, name: Buffer.from(member.central?.name ?? name) };
  const central = commonFields({ ...changed, extra: member.centralExtra ?? fields.extra }, 0x02014b50, 46);
  central.writeUInt32LE(((member.unixMode ?? 0o100644) << 16) >>> 0, 38);
  central.writeUInt32LE(member.central?.offset ?? offset, 42);
  return { local: Buffer.concat([local, data, descriptor(member, fields)]), central };
}

interface Fields {
  flags: number;
  method: number;
  crc: number;
  compressedSize: number;
  size: number;
  name: Buffer;
  extra: Buffer;
}

/** Local and central headers are alike from the flags to the extra length, four bytes shifted. */
function commonFields(fields: Fields, signature: number, length: number): Buffer {
  const header = Buffer.alloc(length);
  const shift = length === 46 ? 2 : 0;
  header.writeUInt32LE(signature, 0);
  if (shift > 0) header.writeUInt16LE((3 << 8) | 20, 4);
  header.writeUInt16LE(20, 4 + shift);
  header.writeUInt16LE(fields.flags, 6 + shift);
  header.writeUInt16LE(fields.method, 8 + shift);
  header.writeUInt32LE(fields.crc, 14 + shift);
  header.writeUInt32LE(fields.compressedSize, 18 + shift);
  header.writeUInt32LE(fields.size, 22 + shift);
  header.writeUInt16LE(fields.name.length, 26 + shift);
  header.writeUInt16LE(fields.extra.length, 28 + shift);
  return Buffer.concat([header, fields.name, fields.extra]);
}

function descriptor(member: ZipMember, fields: Fields): Buffer {
  if (member.descriptor === undefined) return Buffer.alloc(0);
  const bytes = Buffer.alloc(16);
  bytes.writeUInt32LE(0x08074b50, 0);
  bytes.writeUInt32LE(member.descriptor === 'wrong' ? 1 : fields.crc, 4);
  bytes.writeUInt32LE(fields.compressedSize, 8);
  bytes.writeUInt32LE(fields.size, 12);
  return member.descriptor === 'plain' ? bytes.subarray(4) : bytes;
}

export function extraField(id: number, data: Buffer): Buffer {
  const header = Buffer.alloc(4);
  header.writeUInt16LE(id, 0);
  header.writeUInt16LE(data.length, 2);
  return Buffer.concat([header, data]);
}

export function uint64s(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 8);
  values.forEach((value, index) => bytes.writeBigUInt64LE(BigInt(value), index * 8));
  return bytes;
}

/** ZIP64 end record and locator; what they say can be changed. */
export function zip64End(place: { start: number; bytes: number; count: number }): Buffer {
  const end = Buffer.alloc(56);
  end.writeUInt32LE(0x06064b50, 0);
  uint64s(44).copy(end, 4);
  uint64s(place.count, place.count, place.bytes, place.start).copy(end, 24);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  uint64s(place.start + place.bytes).copy(locator, 8);
  locator.writeUInt32LE(1, 16);
  return Buffer.concat([end, locator]);
}
