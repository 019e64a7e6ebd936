import { Inject, Injectable } from '@nestjs/common';
import type { BlobStore } from '@waybill/blob-storage';
import type { ReleaseId } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import { BLOB_STORE } from '@waybill/service-host';
import pLimit from 'p-limit';
import { PackageDeletionRepository } from './package-deletion.repository.js';

const looksAtOnce = 8;

/** Whether what is to be given out again is still there: the same bytes or none (security.md I8). */
@Injectable()
export class RestoredBytes {
  readonly #deletions: PackageDeletionRepository;
  readonly #store: BlobStore;

  constructor(deletions: PackageDeletionRepository, @Inject(BLOB_STORE) store: BlobStore) {
    this.#deletions = deletions;
    this.#store = store;
  }

  /** Errors: `gone` `restore.bytes-gone`. */
  async assertThere(releaseIds: readonly ReleaseId[]): Promise<void> {
    const limit = pLimit(looksAtOnce);
    const files = await this.#deletions.filesOf(releaseIds);
    const sizes = await Promise.all(files.map(({ digest }) => limit(() => this.#store.stat(digest))));
    if (files.every(({ sizeBytes }, index) => sizes[index]?.sizeBytes === sizeBytes)) return;
    throw new DomainError('gone', 'restore.bytes-gone', 'Its bytes are not there any more.');
  }
}
