import { setTimeout as delay } from 'node:timers/promises';

import { DomainError } from '@waybill/domain';

import { rangeUnsatisfiable, storeUnavailable } from '../blob-errors.js';

const networkCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);
const deniedCodes = new Set(['AccessDenied', 'InvalidAccessKeyId', 'SignatureDoesNotMatch', 'ExpiredToken']);
const fullCodes = new Set([
  'XMinioStorageFull',
  'InsufficientStorage',
  'QuotaExceeded',
  'XMinioAdminBucketQuotaExceeded',
]);
const missingCodes = new Set(['NoSuchKey', 'NotFound', 'NoSuchUpload']);
/** Thrown by the client for 408, 429 and 5xx, instead of the server's own code. */
const busyMessage = /Retryable HTTP status: (\d{3})/;

export function s3ErrorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

export function isMissingObject(error: unknown): boolean {
  return missingCodes.has(s3ErrorCode(error) ?? '');
}

/** Whatever the client threw, as a DomainError (`unavailable` `store.*`); a DomainError stays as it is. */
export function s3StoreError(error: unknown): DomainError {
  if (error instanceof DomainError) return error;
  const code = s3ErrorCode(error) ?? '';
  const busyStatus = error instanceof Error ? busyMessage.exec(error.message)?.[1] : undefined;
  if (code === 'InvalidRange') return rangeUnsatisfiable();
  if (networkCodes.has(code)) return storeUnavailable('store.unreachable', 'The object store does not answer.', error);
  if (deniedCodes.has(code))
    return storeUnavailable('store.denied', 'The object store refused our credentials.', error);
  if (fullCodes.has(code)) return storeUnavailable('store.full', 'The object store has no space left.', error);
  if (code === 'NoSuchBucket') return storeUnavailable('store.bucket-missing', 'The bucket does not exist.', error);
  if (busyStatus !== undefined) {
    return storeUnavailable('store.busy', `The object store answered ${busyStatus}.`, error);
  }
  return storeUnavailable('store.failed', 'The object store failed.', error);
}

/** Runs an idempotent request, once more after a dropped connection or an overloaded server, and maps its error. */
export async function callS3<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const code = s3StoreError(error).code;
    if (code !== 'store.busy' && s3ErrorCode(error) !== 'ECONNRESET' && s3ErrorCode(error) !== 'EPIPE') {
      throw s3StoreError(error);
    }
  }
  await delay(50 + Math.random() * 150);
  try {
    return await call();
  } catch (error) {
    throw s3StoreError(error);
  }
}

/** As `callS3`; an object that does not exist becomes undefined. */
export async function callS3UnlessMissing<T>(call: () => Promise<T>): Promise<T | undefined> {
  return await callS3(async () => {
    try {
      return await call();
    } catch (error) {
      if (isMissingObject(error)) return undefined;
      throw error;
    }
  });
}
