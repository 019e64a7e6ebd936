import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GoneException, Inject, Injectable } from '@nestjs/common';
import type { BlobStore, StagedBlob } from '@waybill/blob-storage';
import { digestHex, DomainError } from '@waybill/domain';
import type { UploadedBody } from '@waybill/edge';
import { BLOB_STORE } from '@waybill/service-host';
import { DigestingStream } from './file-digests.js';
import type { ArrivedDigests } from './sent-digests.rules.js';
import type { FormFields, ReadUploadForm } from './upload-form.reader.js';
import { readUploadForm } from './upload-form.reader.js';
import { actionIn } from './upload-form.rules.js';

export const maxFileBytes = 1024 * 1024 * 1024;

/** A file as it arrived: staged, and the caller's to discard. */
export interface ArrivedFile {
  readonly blob: StagedBlob;
  readonly digests: ArrivedDigests;
}

export type ArrivedForm = ReadUploadForm<ArrivedFile>;

/** The body of an upload and the file in it, which is staged and hashed as it is read. */
@Injectable()
export class UploadFormService {
  readonly #store: BlobStore;

  constructor(@Inject(BLOB_STORE) store: BlobStore) {
    this.#store = store;
  }

  /**
   * Calls `use` with what was read; what it leaves in the staging area is discarded afterwards. `assertWelcome` may end an
   * upload before its file is taken, by what was said before it. Errors: 410 for what is no upload of a file, those of
   * `readUploadForm`, `assertWelcome` and `use`.
   */
  async read<Result>(
    upload: UploadedBody,
    assertWelcome: (fieldsSoFar: FormFields) => Promise<void>,
    use: (form: ArrivedForm) => Promise<Result>,
  ): Promise<Result> {
    if (upload.contentEncoding !== undefined && upload.contentEncoding !== 'identity') {
      throw new DomainError('invalid', 'pypi.form', 'A form is sent without Content-Encoding.');
    }
    const arrived: ArrivedFile[] = [];
    const take = async (_filename: string, bytes: Readable, fields: FormFields) => {
      if (fields.has(':action')) assertFileUpload(fields);
      await assertWelcome(fields);
      return this.#stage(bytes);
    };
    try {
      const body = await upload.open();
      const form = await readUploadForm(body, upload.mediaType, take, (file) => arrived.push(file));
      assertFileUpload(form.fields);
      return await use(form);
    } finally {
      // What a release took is gone from the staging area; the rest has no owner any more.
      await Promise.all(arrived.map(({ blob }) => this.#store.discardStaged(blob.key)));
    }
  }

  async #stage(bytes: Readable): Promise<ArrivedFile> {
    const hashing = await DigestingStream.create();
    const passing = pipeline(bytes, hashing);
    // Whichever of the two fails ends the other; the store's own word is the answer.
    passing.catch(() => undefined);
    try {
      const blob = await this.#store.stage(hashing, { maxBytes: maxFileBytes });
      const { sha256 } = blob.digests;
      if (sha256 === undefined) throw new Error('The store computes the sha256 of everything.');
      return { blob, digests: { ...hashing.digests(), sha256: digestHex(sha256) } };
    } catch (error) {
      hashing.destroy();
      throw error;
    }
  }
}

/** `submit` and `submit_pkg_info` registered names without a file, `doc_upload` sent documentation: PyPI took both away. */
function assertFileUpload(fields: FormFields): void {
  if (actionIn(fields) === 'file_upload') return;
  throw new GoneException(
    'This is no longer supported: a project is made by the first upload of a file, and only files are taken.',
  );
}
