import { DomainError } from '@waybill/domain';

import { storeUnavailable } from '../blob-errors.js';

const meanings: Readonly<Record<string, readonly [code: string, message: string]>> = {
  ENOSPC: ['store.full', 'The object store has no space left.'],
  EDQUOT: ['store.full', 'The object store has used up its quota.'],
  EROFS: ['store.read-only', 'The object store is on a read-only file system.'],
  EACCES: ['store.denied', 'The object store may not be written by this process.'],
  EPERM: ['store.denied', 'The object store may not be written by this process.'],
  EMFILE: ['store.busy', 'Too many files are open.'],
  ENFILE: ['store.busy', 'Too many files are open.'],
};

/** The code of a system error (errno(3)), else undefined. */
export function systemErrorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** Whatever the file system threw, as `unavailable` `store.*`; a DomainError stays as it is. */
export function storeErrorOf(error: unknown): DomainError {
  if (error instanceof DomainError) return error;
  const [code, message] = meanings[systemErrorCode(error) ?? ''] ?? ['store.failed', 'The object store failed.'];
  return storeUnavailable(code, message, error);
}

/** Runs `work`; "no such file" becomes undefined, everything else a DomainError. */
export async function unlessMissing<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw storeErrorOf(error);
  }
}
