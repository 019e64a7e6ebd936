import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import type { BlobStore } from '@waybill/blob-storage';
import { parseStagedKey } from '@waybill/blob-storage';
import type { RequestOf, submitRelease } from '@waybill/contracts';
import { digestHex, DomainError } from '@waybill/domain';
import { maxBundleBytes } from '@waybill/provenance';
import { BLOB_STORE } from '@waybill/service-host';

type SubmittedArtifact = RequestOf<typeof submitRelease>['artifacts'][number];

/** Reads attestations that were staged: few bytes, which are those that were announced. */
@Injectable()
export class AttestationReader {
  readonly #store: BlobStore;

  constructor(@Inject(BLOB_STORE) store: BlobStore) {
    this.#store = store;
  }

  /**
   * What is verified is what is promoted later, by the same digest. Errors: `limit` `provenance.too-large`, `invalid`
   * `artifact.digest-mismatch`, those of the store.
   */
  async read(artifact: SubmittedArtifact): Promise<Buffer> {
    const { filename, sizeBytes, digests } = artifact;
    if (sizeBytes > maxBundleBytes) {
      throw new DomainError('limit', 'provenance.too-large', `${filename} is too large for a provenance bundle.`);
    }
    const bytes = await readAtMost(await this.#open(artifact), sizeBytes);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    if (bytes.length === sizeBytes && sha256 === digestHex(digests.sha256)) return bytes;
    throw new DomainError(
      'invalid',
      'artifact.digest-mismatch',
      `The bytes of ${filename} are not those that were announced.`,
    );
  }

  async #open({ stagedKey, digests }: SubmittedArtifact): Promise<Readable> {
    try {
      return await this.#store.openStaged(parseStagedKey(stagedKey));
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'blob.staged-missing') throw error;
      // A request that came twice: the first one has promoted it.
      if ((await this.#store.stat(digests.sha256)) === undefined) throw error;
      return this.#store.open(digests.sha256);
    }
  }
}

/** One byte more than there may be is enough to see that it is too much. */
async function readAtMost(stream: Readable, sizeBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > sizeBytes) break;
  }
  return Buffer.concat(chunks);
}
