import { digestHex } from '@waybill/domain';
import type { DistributionFileEntity } from '../files/distribution-file.entity.js';
import { compareVersions, parseVersion } from '../versions/python-version.js';
import type { PythonVersion } from '../versions/python-version.js';
import type { ProjectPage, SimpleFile } from './simple-page.js';

/** What a page is made of a file that is released. */
export type ReleasedFile = Pick<
  DistributionFileEntity,
  'version' | 'state' | 'settledAt' | 'filename' | 'fileDigest' | 'fileBytes' | 'metadataDigest' | 'metadata'
>;

/** The page of a project: lowest version first, and the files of one version by their names. */
export function projectPageOf(name: string, files: readonly ReleasedFile[]): ProjectPage {
  const sorted = files
    .map((file) => ({ file, version: parseVersion(file.version) }))
    .toSorted((one, other) => inOrder(one, other) || (one.file.filename < other.file.filename ? -1 : 1));
  const versions = new Map(sorted.map(({ file, version }) => [version?.key ?? file.version, file.version]));
  return {
    name,
    status: 'active',
    versions: [...versions.values()],
    files: sorted.map(({ file }) => simpleFileOf(name, file)),
  };
}

interface Sorted {
  readonly version: PythonVersion | undefined;
}

function inOrder(one: Sorted, other: Sorted): number {
  if (one.version === undefined || other.version === undefined) return 0;
  return compareVersions(one.version, other.version);
}

function simpleFileOf(name: string, file: ReleasedFile): SimpleFile {
  const { requiresPython } = file.metadata;
  return {
    filename: file.filename,
    url: fileUrlFromPage(name, file.filename),
    sha256: digestHex(file.fileDigest),
    sizeBytes: file.fileBytes,
    uploadedAt: file.settledAt,
    ...(requiresPython === undefined ? {} : { requiresPython }),
    ...(file.state === 'yanked' ? { yanked: '' } : {}),
    ...(file.metadataDigest === null ? {} : { metadataSha256: digestHex(file.metadataDigest) }),
  };
}

/** Relative to `…/simple/<name>/`, so that a page is right under every address of the installation. */
function fileUrlFromPage(name: string, filename: string): string {
  return `../../files/${name}/${encodeURIComponent(filename)}`;
}
