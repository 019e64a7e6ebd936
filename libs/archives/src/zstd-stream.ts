import { unreadable } from './archive-violation.js';
import { ByteReader } from './byte-reader.js';
import type { BudgetMeter } from './budget-meter.js';
import { zstdDecompress } from './decompression.js';

const frameMagic = 0xfd2fb528;
const contentSizeBytes = [0, 2, 4, 8];
const dictionaryIdBytes = [0, 1, 2, 4];

/** The content of a zstd file (RFC 8878) that is exactly one frame: no second frame, no skippable frame, no dictionary. */
export function unzstdOneFrame(input: ByteReader, meter: BudgetMeter): AsyncGenerator<Buffer, void> {
  return zstdDecompress(new ByteReader(oneFrame(input), meter, () => undefined));
}

/** Walks the frame's blocks, so that its end is known and nothing else reaches the decompressor. */
async function* oneFrame(input: ByteReader): AsyncGenerator<Buffer, void> {
  const start = await input.exactly(5);
  if (start.readUInt32LE(0) !== frameMagic) throw unreadable('not-zstd', '', 'The file is not zstd-compressed.');
  yield start;
  const descriptor = start[4] ?? 0;
  const singleSegment = (descriptor & 0x20) !== 0;
  if ((descriptor & 0x08) !== 0) throw unreadable('zstd-header', '', 'The zstd header has reserved flags.');
  if ((dictionaryIdBytes[descriptor & 3] ?? 0) > 0) {
    throw unreadable('zstd-dictionary', '', 'The zstd frame needs a dictionary.');
  }
  const sizeCode = descriptor >> 6;
  const sizeBytes = sizeCode === 0 && singleSegment ? 1 : (contentSizeBytes[sizeCode] ?? 0);
  const rest = (singleSegment ? 0 : 1) + sizeBytes;
  if (rest > 0) yield await input.exactly(rest);
  for (let last = false; !last;) {
    const header = await input.exactly(3);
    yield header;
    const fields = header.readUIntLE(0, 3);
    last = (fields & 1) === 1;
    const type = (fields >> 1) & 3;
    if (type === 3) throw unreadable('corrupt-compression', '', 'The zstd frame has a reserved block.');
    // A block that repeats one byte (type 1) stores that byte only.
    const length = type === 1 ? 1 : fields >> 3;
    if (length > 0) yield await input.exactly(length);
  }
  if ((descriptor & 0x04) !== 0) yield await input.exactly(4);
  if ((await input.some(1)) !== undefined) {
    throw unreadable('trailing-data', '', 'Data follows the end of the zstd frame.');
  }
}
