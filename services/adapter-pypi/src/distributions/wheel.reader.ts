import { createHash } from 'node:crypto';
import type { RandomAccessSource } from '@waybill/archives';
import type { CoreMetadata } from '../core-metadata/core-metadata.js';
import { toCoreMetadata } from '../core-metadata/core-metadata.js';
import type { RawMetadata } from '../core-metadata/raw-metadata.js';
import { rawMetadataOfFile } from '../core-metadata/raw-metadata.js';
import { parseVersion } from '../versions/python-version.js';
import { invalidDistribution } from './distribution-refusal.js';
import type { EntryPoints } from './entry-points.js';
import { parseEntryPoints } from './entry-points.js';
import type { WheelFileName } from './file-name.js';
import { normalizeName } from '../names/project-name.js';
import type { ReadingOptions, WheelContents } from './wheel-contents.js';
import { readWheelContents } from './wheel-contents.js';
import { parseWheelFile } from './wheel-file.js';
import { assertRecord } from './wheel-record.rules.js';
import { parseRecord } from './wheel-record.js';

/** What a wheel says of itself, all of it checked. */
export interface Wheel {
  readonly metadata: CoreMetadata;
  /** The same as written, to compare with the upload's form. */
  readonly rawMetadata: RawMetadata;
  /** The file that is served beside the wheel (PEP 658), and its hash as the index tells it (PEP 714): hex. */
  readonly metadataFile: { readonly bytes: Buffer; readonly sha256: string };
  readonly entryPoints: EntryPoints;
  /** Installed beside pure code, rather than beside compiled code. */
  readonly rootIsPurelib: boolean;
  readonly fileCount: number;
  readonly unpackedBytes: number;
}

/**
 * Reads a wheel (PEP 427, "Binary distribution format") to its last byte, and refuses one that installers could read in two
 * ways, or that is not what its name says (security.md I1 to I3, P9, P10). Errors: `invalid` `archive.*`, `pypi.wheel-*`,
 * `pypi.metadata-invalid`.
 */
export async function readWheel(
  source: RandomAccessSource,
  fileName: WheelFileName,
  options: ReadingOptions = {},
): Promise<Wheel> {
  const contents = await readWheelContents(source, !fileName.platforms.every((one) => one.includes('linux')), options);
  const folder = infoFolderOf(contents, fileName);
  const wheelFile = parseWheelFile(infoFile(contents, folder, 'WHEEL'));
  await assertRecord({ source, contents, folder, record: parseRecord(infoFile(contents, folder, 'RECORD')) }, options);
  const bytes = infoFile(contents, folder, 'METADATA');
  const rawMetadata = rawMetadataOfFile(bytes);
  const metadata = toCoreMetadata(rawMetadata);
  if (metadata.name !== fileName.name || metadata.version.key !== fileName.version.key) {
    const said = `${metadata.displayName} ${metadata.version.canonical}`;
    throw invalidDistribution('wheel-mismatch', `The METADATA of the wheel is of ${said}, its name of another.`);
  }
  assertLicenseFiles(metadata, contents, folder);
  return {
    metadata,
    rawMetadata,
    metadataFile: { bytes, sha256: createHash('sha256').update(bytes).digest('hex') },
    entryPoints: parseEntryPoints(contents.info.get(`${folder}/entry_points.txt`) ?? Buffer.alloc(0)),
    rootIsPurelib: wheelFile.rootIsPurelib,
    fileCount: contents.members.size,
    unpackedBytes: contents.unpackedBytes,
  };
}

// Installers look for the one folder that ends so, PyPI for the one that is called like the wheel; it has to be the same.
function infoFolderOf({ members, folders }: WheelContents, fileName: WheelFileName): string {
  const tops = new Set([...members.keys(), ...folders].map((path) => path.split('/', 1)[0] ?? ''));
  const found = [...tops].filter((top) => /\.dist-info$/i.test(top));
  const expected = `${fileName.writtenName}-${fileName.writtenVersion}.dist-info`;
  if (found.length > 1) {
    throw invalidDistribution(
      'wheel-dist-info',
      `The wheel has several .dist-info folders: ${found.slice(0, 5).join(', ')}.`,
    );
  }
  const [folder] = found;
  if (folder === undefined || !isInfoFolderOf(folder, fileName)) {
    throw invalidDistribution('wheel-dist-info', `WHEEL not found at ${expected}/WHEEL`);
  }
  return folder;
}

// Tools have written either part in a spelling of their own; what it means has to be the same.
function isInfoFolderOf(folder: string, { name, version }: WheelFileName): boolean {
  const { project = '', written = '' } = /^(?<project>.+)-(?<written>[^-]+)\.dist-info$/.exec(folder)?.groups ?? {};
  return normalizeName(project) === name && parseVersion(written)?.key === version.key;
}

function infoFile({ info }: WheelContents, folder: string, name: string): Buffer {
  const bytes = info.get(`${folder}/${name}`);
  if (bytes !== undefined) return bytes;
  const reason = `The wheel does not contain the required ${name} file: ${folder}/${name}`;
  throw invalidDistribution('wheel-incomplete', reason);
}

// PEP 639. Before 2.4 tools wrote the field without putting the files where it says now.
function assertLicenseFiles(
  { metadataVersion, licenseFiles }: CoreMetadata,
  { members }: WheelContents,
  folder: string,
): void {
  if (Number(metadataVersion) < 2.4) return;
  const missing = licenseFiles.find((path) => !members.has(`${folder}/licenses/${path}`));
  if (missing === undefined) return;
  const reason = `License-File ${missing} does not exist in distribution file at ${folder}/licenses/${missing}`;
  throw invalidDistribution('wheel-license-file', reason);
}
