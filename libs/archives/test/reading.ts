import { Readable } from 'node:stream';
import { DomainError } from '@waybill/domain';
import type { ArchiveBudget, ArchiveEntry, ArchiveFormat, ArchiveSummary } from '../src/index.js';
import { archiveBuffer, readArchive } from '../src/index.js';

export interface Seen {
  readonly entries: readonly ArchiveEntry[];
  readonly contents: ReadonlyMap<string, string>;
  readonly summary: ArchiveSummary;
}

/** Reads an archive whole and keeps what was shown. */
export async function read(
  bytes: Buffer,
  format: ArchiveFormat,
  options: { mode?: 'refuse' | 'collect'; budget?: ArchiveBudget } = {},
): Promise<Seen> {
  const entries: ArchiveEntry[] = [];
  const contents = new Map<string, string>();
  const summary = await readArchive(archiveBuffer(bytes), format, {
    ...options,
    onEntry: async (entry, content) => {
      const parts: Buffer[] = [];
      for await (const chunk of content) parts.push(chunk as Buffer);
      entries.push(entry);
      contents.set(entry.path, Buffer.concat(parts).toString('utf8'));
    },
  });
  return { entries, contents, summary };
}

/** The code with which the archive is refused, or `read` when it is not. */
export async function refusal(bytes: Buffer, format: ArchiveFormat, budget?: ArchiveBudget): Promise<string> {
  try {
    await read(bytes, format, budget === undefined ? {} : { budget });
    return 'read';
  } catch (thrown) {
    if (thrown instanceof DomainError) return thrown.code.replace(/^archive\./u, '');
    throw thrown;
  }
}

export function codes(seen: Seen): string[] {
  return seen.summary.findings.map((finding) => `${finding.level} ${finding.code.replace(/^archive\./u, '')}`);
}

export function streamOf(bytes: Buffer, pieceBytes = 7): Readable {
  function* pieces() {
    for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
  }
  return Readable.from(pieces(), { objectMode: false });
}
