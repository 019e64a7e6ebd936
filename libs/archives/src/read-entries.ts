import { DomainError } from '@waybill/domain';
import type { ArchiveFormat, ArchiveSummary, RandomAccessSource } from './archive-entry.js';
import type { ArchiveSource, ReadArchiveOptions } from './read-archive.js';
import { readArchive } from './read-archive.js';

export interface ReadEntriesOptions extends Omit<ReadArchiveOptions, 'onEntry'> {
  /** Of each wanted file. */
  readonly maxBytesEach: number;
  /** Of wanted files; default 16. */
  readonly maxFiles?: number;
}

export interface ReadEntriesResult {
  /** By path. */
  readonly files: ReadonlyMap<string, Buffer>;
  readonly summary: ArchiveSummary;
}

/**
 * Holds the wanted files in memory, such as one package.json, and reads and checks the whole archive nevertheless.
 * @throws DomainError as `readArchive`; `limit` `archive.wanted-file-too-large` or `archive.wanted-files-exceeded`
 */
export async function readEntries(
  source: ArchiveSource,
  format: ArchiveFormat,
  wanted: (path: string) => boolean,
  options: ReadEntriesOptions,
): Promise<ReadEntriesResult> {
  const { maxBytesEach, maxFiles = 16, ...rest } = options;
  const files = new Map<string, Buffer>();
  // The overloads of readArchive keep zip and streams apart; with a format of the caller's choice it checks by itself.
  const summary = await readArchive(source as RandomAccessSource, format, {
    ...rest,
    onEntry: async (entry, content) => {
      if (entry.type !== 'file' || !wanted(entry.path)) return;
      if (files.size >= maxFiles) throw limit('wanted-files-exceeded', entry.path, maxFiles);
      if (entry.size > maxBytesEach) throw limit('wanted-file-too-large', entry.path, maxBytesEach);
      const parts: Buffer[] = [];
      for await (const chunk of content) parts.push(chunk as Buffer);
      files.set(entry.path, Buffer.concat(parts));
    },
  });
  return { files, summary };
}

function limit(code: string, path: string, most: number): DomainError {
  return new DomainError('limit', `archive.${code}`, `The archive’s ${path} exceeds what is read into memory.`, {
    details: { path, limit: most },
  });
}
