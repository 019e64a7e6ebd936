import { DomainError } from '@waybill/domain';
import { fileNamePartOf } from '../names/project-name.js';
import type { ProjectName } from '../names/project-name.js';
import { shown } from '../names/shown-value.js';
import type { PythonVersion } from '../versions/python-version.js';
import type { DistributionFileName, SdistFileName, WheelFileName } from './file-name.js';
import { maxFileNameCharacters, parseFileName, parseSdistOf } from './file-name.js';
import { isPortablePlatform } from './platform-tags.rules.js';

/** What a distribution is, in the words of the upload form. */
export type FileType = 'sdist' | 'bdist_wheel';

/** What a repository takes. PyPI's answer of today is no to both. */
export interface FileNamePolicy {
  /** Names that were not normalized, and source distributions that are zip files: what PyPI took before PEP 625. */
  readonly historicNames: boolean;
  /** Wheels for platforms that only say what machine built them, such as `linux_x86_64`. */
  readonly anyPlatform: boolean;
}

export const strictFileNames: FileNamePolicy = { historicNames: false, anyPlatform: false };

export interface DeclaredDistribution {
  readonly filetype: FileType;
  readonly name: ProjectName;
  readonly version: PythonVersion;
}

const extensions: Readonly<Record<FileType, readonly string[]>> = { sdist: ['.tar.gz', '.zip'], bdist_wheel: ['.whl'] };

/**
 * Refuses an upload whose file name does not say what its form says (P9; PEP 427, PEP 625, PEP 527), in Warehouse's words
 * where it has some. Errors: `invalid` `pypi.filename-*`.
 */
export function readUploadFileName(
  filename: string,
  declared: DeclaredDistribution,
  policy: FileNamePolicy,
): DistributionFileName {
  assertFileName(filename, declared.filetype);
  return declared.filetype === 'sdist'
    ? readSdistName(filename, declared, policy)
    : readWheelName(filename, declared, policy);
}

function assertFileName(filename: string, filetype: FileType): void {
  // eslint-disable-next-line no-control-regex -- that is what it looks for
  if (/[\u0000-\u001F\u007F]/.test(filename)) {
    const message =
      'Cannot upload a file with non-printable characters (ordinals 0-31) or the DEL character (ordinal 127) in the name.';
    throw refusal('characters', message);
  }
  if (/[/\\]/.test(filename)) throw refusal('characters', "Cannot upload a file with '/' or '\\' in the name.");
  if (filename.length > maxFileNameCharacters) throw refusal('too-long', `Filename is too long: ${shown(filename)}`);
  const extension = ['.tar.gz', '.zip', '.whl'].find((one) => filename.endsWith(one));
  if (extension === undefined) {
    throw refusal('extension', 'Invalid file extension: Use .tar.gz, .whl or .zip extension.');
  }
  if (!extensions[filetype].includes(extension)) {
    const message = `Invalid file extension: Extension ${extension} is invalid for filetype ${filetype}.`;
    throw refusal('extension', message);
  }
}

function readSdistName(
  filename: string,
  { name, version }: DeclaredDistribution,
  policy: FileNamePolicy,
): SdistFileName {
  const found = parseSdistOf(filename, name, version);
  const expected = `${fileNamePartOf(name)}-${version.canonical}.tar.gz`;
  if (found !== undefined && (policy.historicNames || filename === expected)) return found;
  if (found === undefined && parseFileName(filename) === undefined) {
    throw refusal('invalid', `Invalid source distribution filename: ${shown(filename)}`);
  }
  throw refusal('mismatch', `Filename ${shown(filename)} is invalid, should be ${shown(expected)}.`);
}

function readWheelName(
  filename: string,
  { name, version }: DeclaredDistribution,
  policy: FileNamePolicy,
): WheelFileName {
  const found = parseFileName(filename);
  if (found?.filetype !== 'bdist_wheel') throw refusal('invalid', `Invalid wheel filename: ${shown(filename)}`);
  const odd = found.platforms.find((platform) => !isPortablePlatform(platform));
  if (odd !== undefined && !policy.anyPlatform) {
    throw refusal('platform', `Binary wheel ${shown(filename)} has an unsupported platform tag ${shown(odd)}.`);
  }
  const normalized = fileNamePartOf(name);
  if (found.name !== name) throw refusal('mismatch', `Start filename for ${shown(name)} with ${shown(normalized)}.`);
  if (found.writtenName !== normalized && !policy.historicNames) {
    const message = `Filename ${shown(filename)} should contain the normalized project name ${shown(normalized)}, not ${shown(found.writtenName)}.`;
    throw refusal('not-normalized', message);
  }
  if (found.version.key === version.key) return found;
  const message = `Version in filename should be ${shown(version.canonical)} not ${shown(found.version.canonical)}.`;
  throw refusal('mismatch', message);
}

function refusal(code: string, message: string): DomainError {
  return new DomainError('invalid', `pypi.filename-${code}`, message);
}
