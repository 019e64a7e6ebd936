/** What reading one archive, with the archives inside it, may cost. */
export interface ArchiveBudget {
  readonly maxCompressedBytes: number;
  /** Sum over all levels of nesting. */
  readonly maxUnpackedBytes: number;
  readonly maxEntries: number;
  readonly maxEntryBytes: number;
  /** Archives within archives; 1 is an archive that stands alone. */
  readonly maxDepth: number;
  /** UTF-8 bytes of one member's path or link target. */
  readonly maxPathBytes: number;
  /** Segments of one path. */
  readonly maxPathDepth: number;
  /** Sum of all path bytes, since they are remembered to find duplicates. */
  readonly maxTotalPathBytes: number;
  /** Unpacked bytes per compressed byte, judged above `ratioFloorBytes` unpacked bytes. */
  readonly maxRatio: number;
  readonly ratioFloorBytes: number;
  /** Wall clock in milliseconds, counted from the creation of the meter. */
  readonly deadlineMs: number;
}

const mebibyte = 1024 * 1024;

/** Room for the largest honest packages; ratio as PyPI judges it (50 times above 64 MiB). */
export const defaultArchiveBudget: ArchiveBudget = {
  maxCompressedBytes: 1024 * mebibyte,
  maxUnpackedBytes: 4096 * mebibyte,
  maxEntries: 200_000,
  maxEntryBytes: 2048 * mebibyte,
  maxDepth: 4,
  maxPathBytes: 1024,
  maxPathDepth: 64,
  maxTotalPathBytes: 32 * mebibyte,
  maxRatio: 50,
  ratioFloorBytes: 64 * mebibyte,
  deadlineMs: 120_000,
};
