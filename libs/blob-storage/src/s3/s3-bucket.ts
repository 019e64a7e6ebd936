import type { Readable } from 'node:stream';

import { DomainError } from '@waybill/domain';
import { Client } from 'minio';
import type { BucketItem } from 'minio';

import type { ByteRange } from '../blob-store.js';
import { checkedRange } from '../byte-range.js';
import { callS3, callS3UnlessMissing, s3ErrorCode, s3StoreError } from './s3-error.js';
import type { S3BlobStoreOptions } from './s3-options.js';
import { s3Transport } from './s3-transport.js';

export interface StoredObject {
  readonly key: string;
  readonly sizeBytes: number;
  readonly modifiedAt: Date;
  readonly etag: string;
}

const prefixShape = /^[A-Za-z0-9._-]+(\/[A-Za-z0-9._-]+)*$/;

/** One bucket, created when absent, with keys below an optional prefix. */
export class S3Bucket {
  readonly client: Client;
  readonly name: string;
  readonly #prefix: string;
  #ready: Promise<void> | undefined;

  constructor(options: S3BlobStoreOptions) {
    this.client = createClient(options);
    this.name = options.bucket;
    if (options.prefix !== undefined && options.prefix !== '' && !prefixShape.test(options.prefix)) {
      throw new DomainError('internal', 'store.misconfigured', 'The key prefix of the object store is malformed.');
    }
    this.#prefix = options.prefix === undefined || options.prefix === '' ? '' : `${options.prefix}/`;
  }

  /** The object's full name; `key` is made by this library from validated parts. */
  objectName(key: string): string {
    return `${this.#prefix}${key}`;
  }

  /** Creates the bucket once; a failure is not remembered. */
  async ensure(): Promise<void> {
    this.#ready ??= callS3(() => this.#createIfAbsent());
    try {
      await this.#ready;
    } catch (error) {
      this.#ready = undefined;
      throw error;
    }
  }

  /** Undefined when the bucket is not there; throws `unavailable` when the server is not. */
  async check(): Promise<boolean> {
    return await callS3(() => this.client.bucketExists(this.name));
  }

  async stat(key: string): Promise<StoredObject | undefined> {
    const found = await callS3UnlessMissing(() => this.client.statObject(this.name, this.objectName(key)));
    return found && { key, sizeBytes: found.size, modifiedAt: found.lastModified, etag: found.etag };
  }

  async read(key: string, range?: ByteRange): Promise<Readable | undefined> {
    const offset = range === undefined ? 0 : checkedRange(range).start;
    const length = range === undefined ? 0 : range.end - range.start + 1;
    return await callS3UnlessMissing(() =>
      this.client.getPartialObject(this.name, this.objectName(key), offset, length),
    );
  }

  /** One PUT, atomic; for what fits in memory. */
  async write(key: string, body: Buffer): Promise<void> {
    await callS3(() => this.client.putObject(this.name, this.objectName(key), body, body.length));
  }

  /** Idempotent. */
  async remove(key: string): Promise<void> {
    await callS3UnlessMissing(() => this.client.removeObject(this.name, this.objectName(key)));
  }

  async *list(prefix: string): AsyncGenerator<StoredObject> {
    try {
      const items: AsyncIterable<BucketItem> = this.client.listObjectsV2(this.name, this.objectName(prefix), true);
      for await (const item of items) {
        if (item.name === undefined) continue;
        const key = item.name.slice(this.#prefix.length);
        yield { key, sizeBytes: item.size, modifiedAt: item.lastModified, etag: item.etag };
      }
    } catch (error) {
      throw s3StoreError(error);
    }
  }

  async #createIfAbsent(): Promise<void> {
    if (await this.client.bucketExists(this.name)) return;
    try {
      await this.client.makeBucket(this.name, this.client.region ?? '');
    } catch (error) {
      if (s3ErrorCode(error) !== 'BucketAlreadyOwnedByYou') throw error;
    }
  }
}

function createClient(options: S3BlobStoreOptions): Client {
  const endpoint = URL.parse(options.endpoint);
  if (endpoint === null || !/^https?:$/.test(endpoint.protocol) || endpoint.pathname !== '/') {
    throw new DomainError(
      'internal',
      'store.misconfigured',
      'The endpoint of the object store has to be an http(s) URL.',
    );
  }
  const useSSL = endpoint.protocol === 'https:';
  try {
    return new Client({
      endPoint: endpoint.hostname,
      port: endpoint.port === '' ? (useSSL ? 443 : 80) : Number(endpoint.port),
      useSSL,
      accessKey: options.accessKey,
      secretKey: options.secretKey,
      ...(options.sessionToken === undefined ? {} : { sessionToken: options.sessionToken }),
      region: options.region ?? 'us-east-1',
      pathStyle: options.pathStyle ?? true,
      // Parts are cut in upload-parts.ts; the client itself shall send each buffer as it is, once.
      partSize: 5 * 1024 ** 3,
      retryOptions: { disableRetry: true },
      ...s3Transport(useSSL, options.idleTimeoutMs ?? 30_000),
    });
  } catch (error) {
    throw new DomainError('internal', 'store.misconfigured', 'The settings of the object store are malformed.', {
      cause: error,
    });
  }
}
