import { DomainError } from '@waybill/domain';
import type { FileDigests } from './file-digests.js';
import type { ClaimedDigests } from './upload-form.rules.js';

/** What arrived of a file; lower-case hex. */
export interface ArrivedDigests extends FileDigests {
  readonly sha256: string;
}

/** Errors: `invalid` `pypi.digest-mismatch` unless every digest that was sent is that of the file (security.md P9). */
export function assertDigests(claimed: ClaimedDigests, arrived: ArrivedDigests): void {
  for (const algorithm of ['md5', 'sha256', 'blake2b256'] as const) {
    const digest = claimed[algorithm];
    if (digest === undefined || digest === arrived[algorithm]) continue;
    throw new DomainError(
      'invalid',
      'pypi.digest-mismatch',
      'The digest supplied does not match a digest calculated from the uploaded file.',
      { details: { algorithm } },
    );
  }
}
