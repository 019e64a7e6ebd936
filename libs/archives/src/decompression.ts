import type { Transform } from 'node:stream';
import { createInflateRaw, createZstdDecompress, constants } from 'node:zlib';
import { DomainError } from '@waybill/domain';
import { unreadable } from './archive-violation.js';
import type { ByteReader } from './byte-reader.js';
import { truncated } from './byte-reader.js';

const inputBytes = 32 * 1024;

/** An engine of node:zlib: `bytesWritten` is the number of input bytes that it has consumed. */
type Engine = Transform & { readonly bytesWritten: number };

/** One raw deflate stream (RFC 1951). Input after its end stays in the reader. */
export function inflateRaw(input: ByteReader): AsyncGenerator<Buffer, void> {
  return runEngine(createInflateRaw(), input);
}

/** One zstd frame (RFC 8878); the caller hands in nothing but the frame. Windows above 2^27 bytes are refused. */
export function zstdDecompress(input: ByteReader): AsyncGenerator<Buffer, void> {
  return runEngine(createZstdDecompress({ params: { [constants.ZSTD_d_windowLogMax]: 27 } }), input);
}

async function* runEngine(engine: Engine, input: ByteReader): AsyncGenerator<Buffer, void> {
  const over = new Promise<void>((resolve) => {
    engine.once('end', resolve);
    engine.once('close', resolve);
    engine.once('error', () => {
      resolve();
    });
  });
  const feeding = feed(engine, input, over);
  // It may fail while nobody asks for output; the failure then reaches whoever asks next, through the engine.
  feeding.catch(() => undefined);
  try {
    for await (const chunk of engine) yield chunk as Buffer;
    const rest = await feeding;
    if (rest !== undefined) input.unread(rest);
  } catch (thrown) {
    throw asViolation(thrown);
  } finally {
    engine.destroy();
    await feeding.catch(() => undefined);
  }
}

/** Writes until the input or the compressed stream ends; answers what the engine left of the last piece. */
async function feed(engine: Engine, input: ByteReader, over: Promise<void>): Promise<Buffer | undefined> {
  let fed = 0;
  try {
    for (;;) {
      const piece = await input.some(inputBytes);
      if (piece === undefined) {
        engine.end();
        return undefined;
      }
      const before = fed;
      fed += piece.length;
      const written = new Promise<void>((resolve) => {
        engine.write(piece, () => {
          resolve();
        });
      });
      await Promise.race([written, over]);
      // What the engine does not take lies behind the end of the compressed stream.
      const taken = engine.bytesWritten - before;
      if (taken < piece.length) return piece.subarray(taken);
    }
  } catch (thrown) {
    engine.destroy(thrown instanceof Error ? thrown : new Error('The input failed.'));
    throw thrown;
  }
}

function asViolation(thrown: unknown): DomainError {
  if (thrown instanceof DomainError) return thrown;
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : '';
  if (code === 'Z_BUF_ERROR') return truncated();
  return unreadable('corrupt-compression', '', 'The compressed data is corrupt.', thrown);
}
