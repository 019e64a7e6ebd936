import { crc32 } from 'node:zlib';
import type { FindingLog } from './archive-violation.js';
import { unreadable } from './archive-violation.js';
import type { ByteReader } from './byte-reader.js';
import { allZero } from './byte-reader.js';
import { inflateRaw } from './decompression.js';

const maxHeaderTextBytes = 4096;
const flagBits = { headerCrc: 2, extra: 4, name: 8, comment: 16, reserved: 0xe0 };

/**
 * The content of a gzip file (RFC 1952) that has exactly one member and nothing after it. Node's own gunzip silently
 * joins members, so that others may see another archive than we do; hence header and trailer are read here.
 */
export async function* gunzipOneMember(input: ByteReader, log: FindingLog): AsyncGenerator<Buffer, void> {
  await readHeader(input);
  let crc = 0;
  let size = 0;
  for await (const chunk of inflateRaw(input)) {
    crc = crc32(chunk, crc);
    size = (size + chunk.length) % 2 ** 32;
    yield chunk;
  }
  const trailer = await input.exactly(8);
  if (trailer.readUInt32LE(0) !== crc || trailer.readUInt32LE(4) !== size) {
    throw unreadable('corrupt-compression', '', 'The gzip checksum does not match the content.');
  }
  await expectNothingMore(input, log);
}

async function readHeader(input: ByteReader): Promise<void> {
  const header = await input.exactly(10);
  if (header[0] !== 0x1f || header[1] !== 0x8b || header[2] !== 8) {
    throw unreadable('not-gzip', '', 'The file is not gzip-compressed.');
  }
  const flags = header[3] ?? 0;
  if ((flags & flagBits.reserved) !== 0) throw unreadable('gzip-header', '', 'The gzip header has reserved flags.');
  if ((flags & flagBits.extra) !== 0) await input.exactly((await input.exactly(2)).readUInt16LE(0));
  if ((flags & flagBits.name) !== 0) await skipText(input);
  if ((flags & flagBits.comment) !== 0) await skipText(input);
  if ((flags & flagBits.headerCrc) !== 0) await input.exactly(2);
}

async function skipText(input: ByteReader): Promise<void> {
  for (let length = 0; length < maxHeaderTextBytes; length += 1) {
    if ((await input.exactly(1))[0] === 0) return;
  }
  throw unreadable('gzip-header', '', 'The gzip header is too long.');
}

/** Zeros are padding that every reader ignores; anything else is a second archive, or hides something. */
async function expectNothingMore(input: ByteReader, log: FindingLog): Promise<void> {
  const start = await input.upTo(2);
  if (start.length === 0) return;
  if (start[0] === 0x1f && start[1] === 0x8b) {
    throw unreadable('gzip-several-members', '', 'The gzip file has more than one member.');
  }
  for (let chunk: Buffer | undefined = start; chunk !== undefined; chunk = await input.some(65_536)) {
    if (!allZero(chunk)) {
      throw unreadable('trailing-data', '', 'Data follows the end of the gzip stream.');
    }
  }
  log.flag('gzip-padding', '', 'Zeros follow the end of the gzip stream.');
}
