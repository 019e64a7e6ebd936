import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { ByteRange } from '@waybill/blob-storage';

/** A `multipart/byteranges` answer (RFC 9110, 14.6), known in length before a byte is read. */
export interface ByteRangesBody {
  readonly contentType: string;
  readonly sizeBytes: number;
  /** The bytes, part by part; only one part is open at a time. */
  chunks(): AsyncGenerator<Buffer>;
}

/** `mediaType` and `totalBytes` are those of the whole; `open` reads one part of it. */
export function byteRangesBody(
  parts: readonly ByteRange[],
  whole: { readonly mediaType: string; readonly totalBytes: number },
  open: (part: ByteRange) => Promise<Readable>,
): ByteRangesBody {
  // Nothing in the bytes can be made to look like it.
  const boundary = randomBytes(18).toString('hex');
  const total = String(whole.totalBytes);
  const framed = parts.map((part, index) => ({
    part,
    head: Buffer.from(
      `${index === 0 ? '' : '\r\n'}--${boundary}\r\ncontent-type: ${whole.mediaType}\r\n` +
        `content-range: bytes ${String(part.start)}-${String(part.end)}/${total}\r\n\r\n`,
      'latin1',
    ),
  }));
  const end = Buffer.from(`\r\n--${boundary}--\r\n`);
  return {
    contentType: `multipart/byteranges; boundary=${boundary}`,
    sizeBytes: framed.reduce((sum, { head, part }) => sum + head.length + part.end - part.start + 1, end.length),
    async *chunks() {
      for (const { head, part } of framed) {
        const source = await open(part);
        try {
          yield head;
          for await (const chunk of source as AsyncIterable<Buffer>) yield chunk;
        } finally {
          source.destroy();
        }
      }
      yield end;
    },
  };
}
