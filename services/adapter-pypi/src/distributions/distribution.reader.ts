import type { BlobStore, StagedKey } from '@waybill/blob-storage';
import type { CoreMetadata } from '../core-metadata/core-metadata.js';
import { assertFormTruth } from '../core-metadata/form-truth.rules.js';
import type { RawMetadata } from '../core-metadata/raw-metadata.js';
import { rawMetadataOfForm } from '../core-metadata/raw-metadata.js';
import type { DistributionFileName } from './file-name.js';
import { readSdist } from './sdist.reader.js';
import { stagedSource } from './staged-source.js';
import type { ReadingOptions } from './wheel-contents.js';
import { readWheel } from './wheel.reader.js';

/** What an uploaded wheel or source distribution says of itself, all of it checked. */
export interface Distribution {
  readonly metadata: CoreMetadata;
  readonly rawMetadata: RawMetadata;
  /** METADATA (which PEP 658 serves) or PKG-INFO, byte for byte; its sha256 in hex. */
  readonly metadataFile: { readonly bytes: Buffer; readonly sha256: string };
  readonly fileCount: number;
  readonly unpackedBytes: number;
}

export interface ReadDistributionOptions extends ReadingOptions {
  /** The fields of the upload's form; what they say otherwise than the file is refused (P9). */
  readonly form?: ReadonlyMap<string, readonly string[]>;
}

/**
 * Reads a staged upload to its last byte and compares it with its name and its form. It costs as much as unpacking it does:
 * run it within the process's ExtractionGate (security.md I3). Errors: `invalid` `archive.*` | `pypi.wheel-*` | `pypi.sdist-*` |
 * `pypi.metadata-invalid` | `pypi.metadata-mismatch`, `unavailable`.
 */
export async function readDistribution(
  store: BlobStore,
  stagedKey: StagedKey,
  fileName: DistributionFileName,
  { form, ...options }: ReadDistributionOptions = {},
): Promise<Distribution> {
  const source = await stagedSource(store, stagedKey);
  const distribution =
    fileName.filetype === 'sdist'
      ? await readSdist(source, fileName, options)
      : await readWheel(source, fileName, options);
  if (form !== undefined) assertFormTruth(rawMetadataOfForm(form), distribution.rawMetadata);
  return distribution;
}
