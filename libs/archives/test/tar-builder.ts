/** Tar archives from raw bytes, so that a test can say exactly what is wrong with one. */
export interface TarMember {
  readonly name?: string | Buffer;
  readonly type?: string;
  readonly content?: string | Buffer;
  readonly linkName?: string;
  readonly mode?: string;
  /** Raw text of the size field instead of the content's length. */
  readonly sizeField?: string;
  readonly magic?: string;
  readonly prefix?: string;
  readonly checksum?: number;
  readonly padding?: Buffer;
}

export function tarMember(member: TarMember): Buffer {
  const content = Buffer.from(member.content ?? '');
  const block = Buffer.alloc(512);
  block.set(Buffer.from(member.name ?? 'package/index.js').subarray(0, 100), 0);
  block.write(member.mode ?? '0000644', 100, 'latin1');
  block.write(member.sizeField ?? content.length.toString(8).padStart(11, '0'), 124, 'latin1');
  block.write('00000000000', 136, 'latin1');
  block.write(member.type ?? '0', 156, 'latin1');
  block.write(member.linkName ?? '', 157, 100, 'utf8');
  block.write(member.magic ?? 'ustar\x0000', 257, 'latin1');
  block.write(member.prefix ?? '', 345, 155, 'utf8');
  block.fill(0x20, 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${(member.checksum ?? sum).toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  const padding = member.padding ?? Buffer.alloc((512 - (content.length % 512)) % 512);
  return Buffer.concat([block, content, padding]);
}

export const tarEnd = Buffer.alloc(1024);

export function tar(...members: readonly (TarMember | Buffer)[]): Buffer {
  const parts = members.map((member) => (Buffer.isBuffer(member) ? member : tarMember(member)));
  return Buffer.concat([...parts, tarEnd]);
}

export function pax(records: Readonly<Record<string, string>>, type = 'x'): TarMember {
  return { name: 'PaxHeader', type, content: Object.entries(records).map(paxRecord).join('') };
}

function paxRecord([key, value]: [string, string]): string {
  const rest = ` ${key}=${value}\n`;
  const bytes = Buffer.byteLength(rest);
  const guess = bytes + String(bytes).length;
  return `${bytes + String(guess).length}${rest}`;
}
