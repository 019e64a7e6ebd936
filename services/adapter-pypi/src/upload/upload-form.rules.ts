import { DomainError } from '@waybill/domain';
import type { ProjectName } from '../names/project-name.js';
import { parseProjectName } from '../names/project-name.js';
import { shown } from '../names/shown-value.js';
import type { PythonVersion } from '../versions/python-version.js';
import { parseUploadVersion } from '../versions/python-version.js';
import type { FormFields } from './upload-form.reader.js';

export const fileTypes = ['bdist_wheel', 'sdist'] as const;
export type FileType = (typeof fileTypes)[number];

/** What the client computed of its file; lower-case hex. At least one is there. */
export interface ClaimedDigests {
  readonly md5?: string;
  readonly sha256?: string;
  readonly blake2b256?: string;
}

/** What a form says of its file. All of it is the client's word, to be compared with the file. */
export interface UploadClaim {
  readonly name: ProjectName;
  /** As it was written. */
  readonly writtenName: string;
  readonly version: PythonVersion;
  readonly fileType: FileType;
  /** `source` for an sdist, else the Python tags of the wheel as the client sums them up. */
  readonly pythonVersion: string;
  readonly digests: ClaimedDigests;
  /** PEP 740: a JSON text. */
  readonly attestations?: string;
  readonly comment?: string;
  /** The core metadata in it: every value that says something. */
  readonly metadata: FormFields;
}

/** What is asked for with `:action`. Errors: `invalid` `pypi.form` where nothing is. */
export function actionIn(fields: FormFields): string {
  const action = only(fields, ':action');
  if (action === undefined) throw refused('pypi.form', 'The form has no :action.');
  return action;
}

/** Errors: `invalid` `pypi.*`, in the words and the order of Warehouse, since tools show and compare them. */
export function parseUploadForm(fields: FormFields): UploadClaim {
  if (only(fields, 'protocol_version') !== '1') throw refused('pypi.protocol-version', 'Unknown protocol version.');
  if (only(fields, 'metadata_version') === undefined) throw missing('metadata_version');
  const writtenName = needed(fields, 'name');
  const name = parseProjectName(writtenName);
  const version = parseUploadVersion(needed(fields, 'version'));
  const fileType = fileTypeIn(fields);
  const attestations = only(fields, 'attestations');
  const comment = only(fields, 'comment');
  return {
    name,
    writtenName,
    version,
    fileType,
    pythonVersion: pythonVersionIn(fields, fileType),
    digests: digestsIn(fields),
    ...(attestations === undefined ? {} : { attestations }),
    ...(comment === undefined ? {} : { comment }),
    metadata: metadataIn(fields),
  };
}

const notMetadata = new Set([
  ':action',
  'protocol_version',
  'filetype',
  'pyversion',
  'md5_digest',
  'sha256_digest',
  'blake2_256_digest',
  'attestations',
  'comment',
  'content',
  'gpg_signature',
]);

function metadataIn(fields: FormFields): FormFields {
  const said = [...fields]
    .filter(([name]) => !notMetadata.has(name))
    .map(([name, values]) => [name, values.filter(saysSomething)] as const);
  return new Map(said.filter(([, values]) => values.length > 0));
}

// distutils wrote UNKNOWN where nothing was said.
function saysSomething(value: string): boolean {
  const text = value.trim();
  return text !== '' && text !== 'UNKNOWN';
}

function fileTypeIn(fields: FormFields): FileType {
  const fileType = needed(fields, 'filetype');
  const known = fileTypes.find((type) => type === fileType);
  if (known !== undefined) return known;
  throw refused('pypi.filetype', `Invalid value for filetype. Error: Use a known file type: ${fileTypes.join(', ')}.`);
}

function pythonVersionIn(fields: FormFields, fileType: FileType): string {
  const pythonVersion = only(fields, 'pyversion');
  if (fileType === 'sdist') {
    if (pythonVersion === undefined || pythonVersion === 'source') return 'source';
    throw refused('pypi.pyversion', "Use 'source' as Python version for an sdist.");
  }
  if (pythonVersion === undefined) {
    throw refused('pypi.pyversion', 'Python version is required for binary distribution uploads.');
  }
  return pythonVersion.slice(0, 200);
}

function digestsIn(fields: FormFields): ClaimedDigests {
  const md5 = digestIn(fields, 'md5_digest', 32, 'MD5');
  const sha256 = digestIn(fields, 'sha256_digest', 64, 'SHA256');
  const blake2b256 = digestIn(fields, 'blake2_256_digest', 64, 'BLAKE2');
  if (md5 === undefined && sha256 === undefined && blake2b256 === undefined) {
    throw refused('pypi.digest-missing', 'Include at least one message digest.');
  }
  return {
    ...(md5 === undefined ? {} : { md5 }),
    ...(sha256 === undefined ? {} : { sha256 }),
    ...(blake2b256 === undefined ? {} : { blake2b256 }),
  };
}

function digestIn(fields: FormFields, field: string, characters: number, algorithm: string): string | undefined {
  const digest = only(fields, field)?.toLowerCase();
  if (digest === undefined || (digest.length === characters && /^[0-9a-f]+$/.test(digest))) return digest;
  throw refused(
    'pypi.digest',
    `Invalid value for ${field}. Error: Use a valid, hex-encoded, ${algorithm} message digest.`,
  );
}

/** The one value of a field that has one; what is empty says nothing. */
function only(fields: FormFields, name: string): string | undefined {
  const [value, ...more] = fields.get(name) ?? [];
  if (more.length > 0) throw refused('pypi.form', `The form says ${shown(name)} more than once.`);
  return value === undefined || !saysSomething(value) ? undefined : value.trim();
}

function needed(fields: FormFields, name: string): string {
  const value = only(fields, name);
  if (value === undefined) throw missing(name);
  return value;
}

function missing(name: string): DomainError {
  return refused('pypi.form', `Invalid value for ${name}. Error: This field is required.`);
}

function refused(code: string, message: string): DomainError {
  return new DomainError('invalid', code, message);
}
