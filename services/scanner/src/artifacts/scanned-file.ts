import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { ScannedFile } from '../checks/check.js';
import { maxHeadBytes } from '../checks/check.js';

/** Reads one file to its end, keeping only its head. */
export async function readScannedFile(
  entry: { readonly path: string; readonly size: number; readonly executable: boolean },
  content: Readable,
): Promise<ScannedFile> {
  const hash = createHash('sha256');
  const parts: Buffer[] = [];
  let kept = 0;
  for await (const chunk of content as AsyncIterable<Buffer>) {
    hash.update(chunk);
    if (kept >= maxHeadBytes) continue;
    const part = chunk.subarray(0, maxHeadBytes - kept);
    parts.push(part);
    kept += part.length;
  }
  const head = Buffer.concat(parts, kept);
  return {
    path: entry.path,
    sizeBytes: entry.size,
    executable: entry.executable,
    head,
    text: textOf(head),
    sha256: hash.digest('hex'),
  };
}

// A byte of zero is in no text that people write, but for UTF-16, as shells of Windows write it; it is also how git tells.
function textOf(head: Buffer): string | undefined {
  if (head[0] === 0xff && head[1] === 0xfe) return head.toString('utf16le', 2);
  return head.subarray(0, 8000).includes(0) ? undefined : head.toString('utf8');
}
