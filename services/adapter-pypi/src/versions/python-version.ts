import { DomainError } from '@waybill/domain';
import { compare, explain, valid } from '@renovatebot/pep440';
import { shown } from '../names/shown-value.js';

/** A version as PEP 440 reads it. */
export interface PythonVersion {
  /** The normal form, with its trailing zeros and its local part: `1!2.0rc1.post2.dev3+ubuntu.1`. As file names have it. */
  readonly canonical: string;
  /** Equal for versions that are equal (`1.0` and `1.0.0`): the normal form without trailing zeros of the release. */
  readonly key: string;
  /** The normal form without the local part. */
  readonly publicVersion: string;
  /** What follows `+`, normalized; whoever patched a version says so there, and index servers refuse it. */
  readonly local: string | undefined;
  /** Alpha, beta, candidate or development release: not chosen unless asked for. */
  readonly isPrerelease: boolean;
  readonly isPostRelease: boolean;
  readonly isDevRelease: boolean;
}

/** With a name and tags beside it, it has to fit into a file name of 255 bytes. */
export const maxVersionCharacters = 128;
// Numbers of more digits are not exact where the library compares them; a time to the second has 14.
const tooLargeNumber = /[1-9][0-9]{15}/;

/** Undefined for what is no version (PEP 440, appendix B), for one that is too long, and for numbers above 15 digits. */
export function parseVersion(text: string): PythonVersion | undefined {
  if (text.length > maxVersionCharacters) return undefined;
  const [publicPart = '', localPart] = text.split('+', 2);
  if (tooLargeNumber.test(publicPart)) return undefined;
  if (valid(text) === null) return undefined;
  // Without the local part, whose numbers the library does not keep as they are.
  const explained = explain(publicPart);
  if (explained === null) return undefined;
  const { public: publicVersion, base_version: base } = explained;
  const local = localPart === undefined ? undefined : normalizeLocal(localPart);
  const suffix = local === undefined ? '' : `+${local}`;
  return {
    canonical: `${publicVersion}${suffix}`,
    key: `${base.replace(/(?:\.0)+$/, '')}${publicVersion.slice(base.length)}${suffix}`,
    publicVersion,
    local,
    isPrerelease: explained.is_prerelease,
    isPostRelease: explained.is_postrelease,
    isDevRelease: explained.is_devrelease,
  };
}

/**
 * The version of something that is uploaded: one of PEP 440 without a local part, in Warehouse's words. Errors: `invalid`
 * `pypi.version-invalid` | `pypi.version-local`.
 */
export function parseUploadVersion(text: string): PythonVersion {
  const version = parseVersion(text);
  if (version === undefined) {
    throw new DomainError('invalid', 'pypi.version-invalid', `${shown(text)} is invalid for 'version'.`);
  }
  if (version.local === undefined) return version;
  const message = `The use of local versions in ${shown(version.canonical)} is not allowed.`;
  throw new DomainError('invalid', 'pypi.version-local', message);
}

/** Whether two versions are equal in the sense of PEP 440; false for what is no version. */
export function sameVersion(left: string, right: string): boolean {
  const key = parseVersion(left)?.key;
  return key !== undefined && key === parseVersion(right)?.key;
}

/** The order of PEP 440, for `sort`: negative when `left` comes first, 0 when they are equal. */
export function compareVersions(left: PythonVersion, right: PythonVersion): number {
  const order = compare(left.publicVersion, right.publicVersion);
  return order === 0 ? compareLocals(left.local, right.local) : order;
}

// Each part that is a number comes behind each that is none, and what has more parts behind what has fewer.
function compareLocals(left: string | undefined, right: string | undefined): number {
  if (left === right) return 0;
  if (left === undefined) return -1;
  if (right === undefined) return 1;
  const rights = right.split('.');
  for (const [index, part] of left.split('.').entries()) {
    const other = rights[index];
    if (other === undefined) return 1;
    if (part === other) continue;
    if (isNumber(part) && isNumber(other)) return BigInt(part) < BigInt(other) ? -1 : 1;
    if (isNumber(part) !== isNumber(other)) return isNumber(part) ? 1 : -1;
    return part < other ? -1 : 1;
  }
  return -1;
}

function normalizeLocal(local: string): string {
  return local
    .toLowerCase()
    .split(/[._-]/)
    .map((part) => (isNumber(part) ? BigInt(part).toString() : part))
    .join('.');
}

function isNumber(text: string): boolean {
  return /^[0-9]+$/.test(text);
}
