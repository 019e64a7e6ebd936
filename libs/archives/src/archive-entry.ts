import type { Readable } from 'node:stream';
import type { Finding } from '@waybill/domain';

export type ArchiveFormat = 'tar' | 'tar.gz' | 'tar.zst' | 'zip';

/** Bytes that can be read from anywhere, as a zip file needs: a file, a buffer, a blob store with range reads. */
export interface RandomAccessSource {
  /** Length of the whole archive in bytes. */
  readonly size: number;
  /** A fresh stream of the bytes from `start` (inclusive) to `end` (exclusive). */
  openRange(start: number, end: number): Readable;
}

/** One validated member. What breaks a rule is never visited, so an entry can be written below a folder as it is. */
export interface ArchiveEntry {
  /** Relative, forward slashes, without `.` and `..` segments, without a trailing slash. */
  readonly path: string;
  readonly type: 'file' | 'directory' | 'symlink' | 'hardlink';
  /** Content bytes as the archive declares them; the reader has to find exactly as many. */
  readonly size: number;
  /** Permission bits, 0 to 0o7777. */
  readonly mode: number;
  /** As written for a symlink (relative to its folder); the validated path of the first member for a hardlink. */
  readonly linkTarget?: string;
  /** A file that somebody may execute. */
  readonly executable: boolean;
}

/** A violation: `refuse` is one of security.md I1 to I3, `flag` is unusual but found in honest packages. */
export interface ArchiveFinding extends Finding {
  readonly level: 'refuse' | 'flag';
  /** The member as named in the archive, control characters escaped; empty for the archive itself. */
  readonly path: string;
}

export interface ArchiveSummary {
  /** Members visited. */
  readonly entries: number;
  readonly unpackedBytes: number;
  readonly compressedBytes: number;
  /** At most 500 of each level; `findingsOmitted` counts the rest. */
  readonly findings: readonly ArchiveFinding[];
  readonly findingsOmitted: number;
  /** False when a violation made the rest unreadable (mode `collect` only): what follows was not seen. */
  readonly complete: boolean;
}
