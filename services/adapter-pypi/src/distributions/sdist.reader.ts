import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { ArchiveEntry, ArchiveSource, RandomAccessSource } from '@waybill/archives';
import { readArchive } from '@waybill/archives';
import type { CoreMetadata } from '../core-metadata/core-metadata.js';
import { toCoreMetadata } from '../core-metadata/core-metadata.js';
import type { RawMetadata } from '../core-metadata/raw-metadata.js';
import { maxMetadataBytes, rawMetadataOfFile } from '../core-metadata/raw-metadata.js';
import { normalizeName } from '../names/project-name.js';
import { parseVersion } from '../versions/python-version.js';
import { asInvalidDistribution, invalidDistribution } from './distribution-refusal.js';
import type { SdistFileName } from './file-name.js';
import type { ReadingOptions } from './wheel-contents.js';

/** What a source distribution says of itself, all of it checked. */
export interface Sdist {
  readonly metadata: CoreMetadata;
  /** The same as written, to compare with the upload's form. */
  readonly rawMetadata: RawMetadata;
  /** PKG-INFO, byte for byte; its sha256 in hex. */
  readonly metadataFile: { readonly bytes: Buffer; readonly sha256: string };
  /** Without one, installers run setup.py (PEP 518). */
  readonly hasPyproject: boolean;
  readonly hasSetupPy: boolean;
  readonly fileCount: number;
  readonly unpackedBytes: number;
}

interface SdistContents {
  readonly tops: ReadonlySet<string>;
  readonly paths: ReadonlySet<string>;
  readonly packageInfo: Buffer | undefined;
  readonly unpackedBytes: number;
}

const folded = (path: string) => path.normalize('NFC').toLowerCase();

/**
 * Reads a source distribution (PEP 517, PEP 625, PEP 643; "Source distribution format") to its last byte: one folder
 * `<name>-<version>` with PKG-INFO in it (security.md I1 to I3, P9, P10). Errors: `invalid` `archive.*`, `pypi.sdist-*`,
 * `pypi.metadata-invalid`.
 */
export async function readSdist(
  source: RandomAccessSource,
  fileName: SdistFileName,
  options: ReadingOptions = {},
): Promise<Sdist> {
  const { tops, paths, packageInfo, unpackedBytes } = await readContents(source, fileName.format, options);
  const [top] = tops;
  if (top === undefined || tops.size !== 1) {
    throw invalidDistribution('sdist-folders', 'Incorrect number of top-level directories in sdist');
  }
  assertTopFolder(top, fileName);
  if (packageInfo === undefined) throw invalidDistribution('sdist-incomplete', `PKG-INFO not found at ${top}/PKG-INFO`);
  const rawMetadata = rawMetadataOfFile(packageInfo);
  const metadata = toCoreMetadata(rawMetadata);
  if (metadata.name !== fileName.name || metadata.version.key !== fileName.version.key) {
    const said = `${metadata.displayName} ${metadata.version.canonical}`;
    throw invalidDistribution('sdist-mismatch', `The PKG-INFO of the sdist is of ${said}, its name of another.`);
  }
  assertLicenseFiles(metadata, paths, top);
  return {
    metadata,
    rawMetadata,
    metadataFile: { bytes: packageInfo, sha256: createHash('sha256').update(packageInfo).digest('hex') },
    hasPyproject: paths.has(`${top}/pyproject.toml`),
    hasSetupPy: paths.has(`${top}/setup.py`),
    fileCount: paths.size,
    unpackedBytes,
  };
}

async function readContents(
  source: ArchiveSource & RandomAccessSource,
  format: SdistFileName['format'],
  options: ReadingOptions,
): Promise<SdistContents> {
  const tops = new Set<string>();
  const paths = new Set<string>();
  let packageInfo: Buffer | undefined;
  try {
    const { unpackedBytes } = await readArchive(source, format, {
      ...options,
      onFinding: ({ code }) => {
        if (code === 'archive.zip-at-end') {
          throw invalidDistribution('sdist-ambiguous', 'File is both a zip and a tar file');
        }
      },
      onEntry: async (entry, content) => {
        tops.add(entry.path.split('/', 1)[0] ?? '');
        if (entry.type === 'directory') return;
        if (!entry.path.includes('/')) throw invalidDistribution('sdist-folders', `${entry.path} is in no folder.`);
        paths.add(entry.path);
        if (isPackageInfo(entry)) packageInfo = await contentsOf(entry, content);
      },
    });
    return { tops, paths, packageInfo, unpackedBytes };
  } catch (thrown) {
    throw asInvalidDistribution(thrown);
  }
}

// On a disk that does not tell cases apart, `pkg-info` may take the place of the file that was looked at (P9).
function isPackageInfo(entry: ArchiveEntry): boolean {
  const [, name = '', ...deeper] = entry.path.split('/');
  if (deeper.length > 0 || folded(name) !== 'pkg-info') return false;
  if (name === 'PKG-INFO' && entry.type === 'file') return true;
  throw invalidDistribution('sdist-disguised', `${entry.path} is not the PKG-INFO that it seems to be.`);
}

async function contentsOf(entry: ArchiveEntry, content: Readable): Promise<Buffer> {
  if (entry.size <= maxMetadataBytes) return buffer(content);
  throw invalidDistribution('sdist-too-large', `${entry.path} is larger than ${maxMetadataBytes} bytes.`);
}

// Old tools wrote either part in a spelling of their own; what it means has to be the same.
function assertTopFolder(top: string, { name, version, writtenName, writtenVersion }: SdistFileName): void {
  for (let dash = top.indexOf('-'); dash > 0; dash = top.indexOf('-', dash + 1)) {
    const sameVersion = parseVersion(top.slice(dash + 1))?.key === version.key;
    if (sameVersion && normalizeName(top.slice(0, dash)) === name) return;
  }
  const message = `The folder of the sdist is ${top}, and should be ${writtenName}-${writtenVersion}.`;
  throw invalidDistribution('sdist-folders', message);
}

// PEP 639. Before 2.4 tools wrote the field with other paths.
function assertLicenseFiles(
  { metadataVersion, licenseFiles }: CoreMetadata,
  paths: ReadonlySet<string>,
  top: string,
): void {
  if (Number(metadataVersion) < 2.4) return;
  const missing = licenseFiles.find((path) => !paths.has(`${top}/${path}`));
  if (missing === undefined) return;
  const message = `License-File ${missing} does not exist in distribution file at ${top}/${missing}`;
  throw invalidDistribution('sdist-license-file', message);
}
