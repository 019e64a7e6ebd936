import { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { ExtractionGate } from '@waybill/archives';
import type { BlobStore, StagedBlob } from '@waybill/blob-storage';
import type { RequestOf, submitRelease } from '@waybill/contracts';
import { DomainError } from '@waybill/domain';
import { BLOB_STORE } from '@waybill/service-host';
import { maxMetadataBytes } from '../core-metadata/raw-metadata.js';
import { readDistribution } from '../distributions/distribution.reader.js';
import type { DistributionFileName } from '../distributions/file-name.js';
import { storeMetadata } from '../files/file-metadata.js';
import { releasePurlOf } from '../names/project-name.js';
import { coreMetadataJson } from './core-metadata-json.js';
import { summaryOf } from './release-summary.rules.js';
import type { ArrivedFile } from './upload-form.service.js';
import type { UploadClaim } from './upload-form.rules.js';

type SubmitRequest = RequestOf<typeof submitRelease>;
type SubmittedArtifact = SubmitRequest['artifacts'][number];

/** A file as `publish` takes it, without who asks and where it goes. */
export type Submission = Omit<SubmitRequest, 'principal' | 'repositoryId' | 'requestId'>;

/** An uploaded file → what is submitted. All metadata comes from the file itself. */
@Injectable()
export class SubmissionService {
  readonly #store: BlobStore;
  // What all uploads of this process together unpack at once (security.md I3).
  readonly #gate = new ExtractionGate();

  constructor(@Inject(BLOB_STORE) store: BlobStore) {
    this.#store = store;
  }

  /**
   * Calls `use` with what is to be submitted. Errors: `invalid` and `limit` `pypi.*` and `archive.*` for a file that is not
   * what its name and its form say (security.md P9) or that is not safe to read (P10).
   */
  async prepare<Result>(
    claim: UploadClaim,
    fileName: DistributionFileName,
    { blob, digests }: ArrivedFile,
    use: (submission: Submission) => Promise<Result>,
  ): Promise<Result> {
    const read = await this.#gate.run(blob.sizeBytes, () =>
      readDistribution(this.#store, blob.key, fileName, { form: claim.metadata }),
    );
    const isWheel = fileName.filetype === 'bdist_wheel';
    const file = artifactOf(blob, fileName.filename, isWheel ? 'wheel' : 'sdist');
    // Of a source distribution it may be another after building, and PyPI serves none (PEP 658).
    const metadataBlob = isWheel ? await this.#stage(read.metadataFile.bytes) : undefined;
    try {
      const artifacts = [file];
      if (metadataBlob !== undefined) {
        artifacts.push(artifactOf(metadataBlob, `${fileName.filename}.metadata`, 'core-metadata'));
      }
      const { displayName, version, requiresPython } = read.metadata;
      const metadataFile = artifacts[1];
      return await use({
        purl: releasePurlOf(claim.name, version.canonical),
        artifacts,
        metadata: await storeMetadata(this.#store, {
          fileType: fileName.filetype,
          writtenName: displayName,
          writtenVersion: fileName.writtenVersion,
          pythonVersion: isWheel ? fileName.interpreters.join('.').slice(0, 200) : 'source',
          md5: digests.md5,
          blake2b256: digests.blake2b256,
          ...(claim.comment === undefined ? {} : { comment: claim.comment.slice(0, 2000) }),
          ...(requiresPython === undefined ? {} : { requiresPython }),
          ...(metadataFile === undefined
            ? {}
            : { metadataFile: { digest: metadataFile.digests.sha256, sizeBytes: metadataFile.sizeBytes } }),
          coreMetadata: coreMetadataJson(read.rawMetadata),
        }),
        summary: summaryOf(read.metadata),
        tags: [],
      });
    } finally {
      if (metadataBlob !== undefined) await this.#store.discardStaged(metadataBlob.key);
    }
  }

  #stage(bytes: Buffer): Promise<StagedBlob> {
    return this.#store.stage(Readable.from([bytes]), { maxBytes: maxMetadataBytes });
  }
}

function artifactOf(blob: StagedBlob, filename: string, role: string): SubmittedArtifact {
  const { sha256 } = blob.digests;
  if (sha256 === undefined)
    throw new DomainError('internal', 'pypi.digest', 'The store computes the sha256 of everything.');
  const mediaType = role === 'core-metadata' ? 'text/plain' : 'application/octet-stream';
  return { filename, role, mediaType, sizeBytes: blob.sizeBytes, digests: { sha256 }, stagedKey: blob.key };
}
