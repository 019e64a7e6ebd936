import { z } from 'zod';
import { canonicalJson } from './canonical-json.js';
import type { ChainEntry } from './chain-entry.js';

/** First line of an export. */
export const exportHeader = z.strictObject({
  format: z.literal('waybill-audit-export/1'),
  chain: z.string().regex(/^[a-z0-9-]{1,64}$/),
  size: z.int().nonnegative(),
});
export type ExportHeader = z.infer<typeof exportHeader>;

/**
 * Last line of an export: a checkpoint over just the entries before it, and the public key that it is signed with
 * (`name+hash+key`). The key says which of the known ones is needed; nothing is believed because it stands here. `keys`: how
 * the keys followed one another (`keysOfLine`), so that a key that was kept also checks what a newer one has signed.
 */
export const exportEnd = z.strictObject({
  checkpoint: z.string().max(4000),
  key: z.string().max(300).optional(),
  keys: z.array(z.string().max(2000)).max(100).optional(),
});

/** Far more than an event with its details has. */
const maxLineBytes = 1024 * 1024;

export function headerLine(chain: string, size: number): string {
  return canonicalJson({ format: 'waybill-audit-export/1', chain, size } satisfies ExportHeader);
}

export function entryLine(entry: ChainEntry): string {
  return canonicalJson(entry);
}

export function endLine(checkpoint: string, key: string, keys?: readonly string[]): string {
  return canonicalJson({ checkpoint, key, ...(keys && { keys: [...keys] }) });
}

/**
 * The lines of a file, split at line feeds and nothing else (`readline` would take a changed byte for an end of line). Throws a
 * RangeError for a line that no export has, a TypeError for what is not UTF-8.
 */
export async function* linesOfExport(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let pending: Buffer[] = [];
  let size = 0;
  for await (const chunk of bytes) {
    let rest = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      yield decoder.decode(Buffer.concat([...pending, rest.subarray(0, end)]));
      pending = [];
      size = 0;
      rest = rest.subarray(end + 1);
    }
    size += rest.length;
    if (size > maxLineBytes) throw new RangeError('A line is longer than any of an export.');
    pending.push(rest);
  }
  if (size > 0) yield decoder.decode(Buffer.concat(pending));
}
