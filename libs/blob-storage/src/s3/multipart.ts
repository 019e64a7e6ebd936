import { DomainError } from '@waybill/domain';

import type { S3Bucket } from './s3-bucket.js';
import { callS3 } from './s3-error.js';

interface UploadedPart {
  readonly part: number;
  readonly etag: string;
}

/** Sends one part; `part` counts from 1. */
export type SendPart = (part: number, headers: Readonly<Record<string, string>>, body?: Buffer) => Promise<void>;

/**
 * One multipart upload (S3 API, "Multipart upload"): the object appears whole when `sendAll` has resolved, and the
 * upload is aborted, with its parts, when it rejects. Parts are sent one after the other or overlapping; an abort waits for
 * those under way, since one that ends after the abort would stay.
 */
export async function multipartUpload(
  bucket: S3Bucket,
  key: string,
  sendAll: (send: SendPart) => Promise<void>,
): Promise<void> {
  const { client, name } = bucket;
  const objectName = bucket.objectName(key);
  const uploadID = await callS3(() => client.initiateNewMultipartUpload(name, objectName, {}));
  const parts: UploadedPart[] = [];
  const underWay = new Set<Promise<unknown>>();

  async function sendOne(part: number, headers: Readonly<Record<string, string>>, body?: Buffer): Promise<void> {
    const config = { bucketName: name, objectName, uploadID, partNumber: part, headers };
    const { etag } = await callS3(() => client.uploadPart(config, body));
    parts.push({ part, etag });
  }

  try {
    await sendAll(async (part, headers, body) => {
      const sending = sendOne(part, headers, body);
      underWay.add(sending);
      await sending.finally(() => underWay.delete(sending));
    });
    parts.sort((a, b) => a.part - b.part);
    await callS3(() => client.completeMultipartUpload(name, objectName, uploadID, parts));
  } catch (error) {
    await Promise.allSettled(underWay);
    await callS3(() => client.abortMultipartUpload(name, objectName, uploadID)).catch((abortError: unknown) => {
      throw new DomainError('unavailable', 'store.failed', 'A broken upload could not be removed.', {
        retryAfterSeconds: 5,
        cause: new AggregateError([error, abortError]),
      });
    });
    throw error;
  }
}
