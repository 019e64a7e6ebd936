import { DomainError } from '@waybill/domain';

export function blobMissing(): DomainError {
  return new DomainError('not-found', 'blob.missing', 'The store has no such blob.');
}

export function stagedMissing(): DomainError {
  return new DomainError('not-found', 'blob.staged-missing', 'The store has no such staged upload.');
}

export function storedBytesDiffer(details: Readonly<Record<string, unknown>>): DomainError {
  return new DomainError('internal', 'blob.digest-mismatch', 'What the store holds is not what was uploaded.', {
    details,
  });
}

export function rangeUnsatisfiable(sizeBytes?: number): DomainError {
  return new DomainError('invalid', 'blob.range-unsatisfiable', 'The range begins after the last byte.', {
    details: sizeBytes === undefined ? {} : { sizeBytes },
  });
}

/** The store cannot work now; sent with Retry-After, since a full or unreachable store may be well again soon. */
export function storeUnavailable(code: string, message: string, cause?: unknown): DomainError {
  return new DomainError('unavailable', code, message, {
    retryAfterSeconds: 5,
    ...(cause === undefined ? {} : { cause }),
  });
}
