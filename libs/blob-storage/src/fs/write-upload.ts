import { createWriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { fileMode } from './durable-files.js';
import type { UploadFileSystem } from './upload-file-system.js';
import { writeBehind } from './write-behind.js';

/** Writes a new file, the bytes of a large one durably (`writeBehind`); on failure the file may be left behind. */
export async function writeUpload(path: string, contents: Readable, fileSystem: UploadFileSystem): Promise<void> {
  const file = createWriteStream(path, {
    flags: 'wx',
    mode: fileMode,
    highWaterMark: 1024 * 1024,
    flush: true,
    fs: writeBehind(fileSystem),
  });
  try {
    await pipeline(contents, file);
  } catch (error) {
    // Only a closed file can be removed for good: an open that is still under way would create it again.
    if (!file.closed) await new Promise<void>((resolve) => file.once('close', () => resolve()));
    throw error;
  }
}
