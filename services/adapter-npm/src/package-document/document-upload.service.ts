import type { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import type { BlobStore, StagedBlob } from '@waybill/blob-storage';
import { DomainError } from '@waybill/domain';
import type { UploadedBody } from '@waybill/edge';
import { maxBundleBytes } from '@waybill/provenance';
import { BLOB_STORE } from '@waybill/service-host';
import { DocumentMemory } from '../publish/document-memory.js';
import { isBundleName } from '../publish/attachments.rules.js';
import type { ReadPublishBatch, ReadPublishBody } from '../publish/publish-body.reader.js';
import { readPublishBatch, readPublishBody } from '../publish/publish-body.reader.js';

const maxTarballBytes = 256 * 1024 * 1024;

export type UploadedDocument = ReadPublishBody<StagedBlob>;
export type UploadedBatch = ReadPublishBatch<StagedBlob>;

/** The JSON body of a `PUT` and the files in it, which are staged as they are read. */
@Injectable()
export class DocumentUploadService {
  readonly #store: BlobStore;
  readonly #memory: DocumentMemory;

  constructor(@Inject(BLOB_STORE) store: BlobStore, memory: DocumentMemory) {
    this.#store = store;
    this.#memory = memory;
  }

  /**
   * Calls `use` with what was read; what it leaves in the staging area is discarded afterwards. `refusal`: what the first
   * attachment is answered with, when the caller may send none. Errors: `invalid` `npm.document`, `limit`, `unavailable`
   * `npm.busy`, those of `use`.
   */
  read<Result>(
    upload: UploadedBody,
    refusal: DomainError | undefined,
    use: (uploaded: UploadedDocument) => Promise<Result>,
  ): Promise<Result> {
    return this.#read(upload, refusal, async (...how) => use(await readPublishBody(...how)));
  }

  /** As `read`, for `{"packages":[…]}`. */
  readBatch<Result>(
    upload: UploadedBody,
    refusal: DomainError | undefined,
    use: (uploaded: UploadedBatch) => Promise<Result>,
  ): Promise<Result> {
    return this.#read(upload, refusal, async (...how) => use(await readPublishBatch(...how)));
  }

  async #read<Result>(
    upload: UploadedBody,
    refusal: DomainError | undefined,
    readAndUse: (...how: Parameters<typeof readPublishBody<StagedBlob>>) => Promise<Result>,
  ): Promise<Result> {
    if (upload.contentEncoding !== undefined && upload.contentEncoding !== 'identity') {
      throw new DomainError('invalid', 'npm.document', 'A publish document is sent without Content-Encoding.');
    }
    const staged: StagedBlob[] = [];
    const memory = this.#memory.claim();
    const stage = (name: string, contents: Readable) => {
      if (refusal !== undefined) return Promise.reject(refusal);
      const maxBytes = isBundleName(name) ? maxBundleBytes : maxTarballBytes;
      return this.#store.stage(contents, { maxBytes, digests: ['sha1', 'sha512'] });
    };
    try {
      return await readAndUse(await upload.open(), stage, (blob) => staged.push(blob), memory);
    } finally {
      memory.release();
      // What a release took is gone from the staging area; the rest has no owner any more.
      await Promise.all(staged.map((blob) => this.#store.discardStaged(blob.key)));
    }
  }
}
