import { Inject, Injectable } from '@nestjs/common';
import type { BlobStore } from '@waybill/blob-storage';
import { parseStagedKey } from '@waybill/blob-storage';
import type { RequestOf, submitRelease } from '@waybill/contracts';
import { DomainError } from '@waybill/domain';
import { BLOB_STORE } from '@waybill/service-host';
import pLimit from 'p-limit';
import type { PipelineStep, Submission } from './submission.js';
import { verifyStaged } from './verify-staged.js';

const promotionsAtOnce = 8;

type SubmittedArtifact = RequestOf<typeof submitRelease>['artifacts'][number];

/**
 * Staged bytes become content-addressed, before the transaction: a crash after this leaves blobs that nobody refers to,
 * never a release without its bytes. Bytes that are not what was announced go no further (security.md I7).
 */
@Injectable()
export class PromoteArtifacts implements PipelineStep {
  readonly name = 'promote-artifacts';
  readonly #store: BlobStore;

  constructor(@Inject(BLOB_STORE) store: BlobStore) {
    this.#store = store;
  }

  async run(submission: Submission): Promise<'next'> {
    const limit = pLimit(promotionsAtOnce);
    await Promise.all(submission.request.artifacts.map((artifact) => limit(() => this.#promote(artifact))));
    submission.promoted = true;
    return 'next';
  }

  async #promote(artifact: SubmittedArtifact): Promise<void> {
    const { sizeBytes, digests } = artifact;
    const key = parseStagedKey(artifact.stagedKey);
    try {
      await verifyStaged(await this.#store.openStaged(key), artifact);
      const stored = await this.#store.promote({ key, sizeBytes, digests });
      if (stored.digest !== digests.sha256 || stored.sizeBytes !== sizeBytes) throw storedOtherwise(artifact);
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'blob.staged-missing') throw error;
      // A request that came twice: the first one has promoted it.
      const stored = await this.#store.stat(digests.sha256);
      if (stored?.sizeBytes !== sizeBytes) throw error;
      await verifyStaged(await this.#store.open(digests.sha256), artifact);
      await this.#store.touch(digests.sha256);
    }
  }
}

function storedOtherwise({ filename }: SubmittedArtifact): DomainError {
  return new DomainError('internal', 'artifact.stored-otherwise', `The store keeps ${filename} as something else.`);
}
