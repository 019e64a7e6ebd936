import type { Digest, ReleasePurl, RepositoryId } from '@waybill/domain';

export interface BlobReplyOptions {
  /** The sha256 digest under which the object store has the bytes. */
  readonly digest: Digest;
  readonly sizeBytes: number;
  readonly mediaType: string;
  /** Strong entity tag with its quotes; the digest in quotes unless given. */
  readonly etag?: string;
  readonly lastModified?: Date;
  readonly cacheControl?: string;
  /** Makes the answer an attachment of that name. */
  readonly filename?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The release of which a delivered answer is one download. */
  readonly download?: { readonly repositoryId: RepositoryId; readonly purl: ReleasePurl };
}

/** Returned by a controller instead of bytes: the gateway streams them, with Range, HEAD and If-* done there. */
export class BlobReply {
  constructor(readonly options: BlobReplyOptions) {}
}

export function blobReply(options: BlobReplyOptions): BlobReply {
  return new BlobReply(options);
}
