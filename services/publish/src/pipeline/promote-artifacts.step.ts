import { Inject, Injectable } from '@nestjs/common';
import type { BlobStore } from '@waybill/blob-storage';
import { parseStagedKey } from '@waybill/blob-storage';
import type { RequestOf, submitRelease } from '@waybill/contracts';
import { DomainError } from '@waybill/domain';
import { BLOB_STORE } from '@waybill/service-host';
import type { PipelineStep, Submission } from './submission.js';

type SubmittedArtifact = RequestOf<typeof submitRelease>['artifacts'][number];

/**
 * Staged bytes become content-addressed, before the transaction: a crash after this leaves blobs that nobody refers to,
 * never a release without its bytes. The store refuses bytes that are not what was staged (security.md I7).
 */
@Injectable()
export class PromoteArtifacts implements PipelineStep {
  readonly name = 'promote-artifacts';
  readonly #store: BlobStore;

  constructor(@Inject(BLOB_STORE) store: BlobStore) {
    this.#store = store;
  }

  async run(submission: Submission): Promise<'next'> {
    await Promise.all(submission.request.artifacts.map((artifact) => this.#promote(artifact)));
    return 'next';
  }

  async #promote(artifact: SubmittedArtifact): Promise<void> {
    const { sizeBytes, digests } = artifact;
    try {
      await this.#store.promote({ key: parseStagedKey(artifact.stagedKey), sizeBytes, digests });
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'blob.staged-missing') throw error;
      // A request that came twice: the first one has promoted it.
      const stored = await this.#store.stat(digests.sha256);
      if (stored?.sizeBytes !== sizeBytes) throw error;
      await this.#store.touch(digests.sha256);
    }
  }
}
