import { DomainError } from '@waybill/domain';
import { shown } from '../names/shown-value.js';

/** `twine --skip-existing` and its kin look for how it begins, in the status line and in the body. */
export function fileExists(filename: string, blake2b256: string): DomainError {
  return new DomainError(
    'invalid',
    'pypi.file-exists',
    `File already exists (${shown(filename)}, with blake2_256 hash '${blake2b256}'). A file never changes; use another version.`,
  );
}

/** Refusals of the pipeline that PyPI's clients know in words of their own. */
export function asUploadRefusal(
  error: unknown,
  file: { readonly filename: string; readonly blake2b256: string },
): unknown {
  if (!(error instanceof DomainError)) return error;
  if (error.code === 'release.immutable') return fileExists(file.filename, file.blake2b256);
  if (error.code !== 'release.withdrawn') return error;
  const message = 'This filename was previously used by a file that has since been deleted. Use a different version.';
  return new DomainError('invalid', 'pypi.file-deleted', message, { cause: error });
}
