import type { Finding } from '@waybill/domain';

/** A file inside of an artifact, as far as checks look at it. */
export interface ScannedFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly executable: boolean;
  /** The first bytes, at most `maxHeadBytes`; the whole file when `sizeBytes` is not larger. */
  readonly head: Buffer;
  /** The head as text when it is text: UTF-8, or UTF-16 that says so by its first two bytes (little-endian). */
  readonly text: string | undefined;
  /** Hex, over the whole file. */
  readonly sha256: string;
}

/** Secrets are searched in that much of a file, at about 25 ms for a mebibyte; the largest honest sources have 10 MiB. */
export const maxHeadBytes = 16 * 1024 * 1024;

/** A fact that is no verdict: kept per release, so that a later release can be compared with this one. */
export interface ReleaseFact {
  /** Which check saw it: `install-scripts`, `binaries`, … */
  readonly check: string;
  readonly path: string;
  readonly value: Readonly<Record<string, string | number | boolean>>;
}

export interface CheckResult {
  readonly findings: readonly Finding[];
  readonly facts: readonly ReleaseFact[];
  /** Hashes of Waybill's own tokens that were found in the artifact. */
  readonly leakedTokenHashes?: readonly string[];
}

/**
 * A plug-in that looks at every file of an artifact, one after another, and may keep notes until its end. A new one is
 * made for each artifact. What it throws makes the scan incomplete, which is never clean (security.md I9).
 */
export interface Check {
  readonly name: string;
  visit(file: ScannedFile): Promise<void> | void;
  finish(): CheckResult;
}

/** The most findings and facts that one check keeps; what is beyond changes no verdict. */
export const maxNotesPerCheck = 200;
