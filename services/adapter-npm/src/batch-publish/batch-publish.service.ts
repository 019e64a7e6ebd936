import { Inject, Injectable } from '@nestjs/common';
import type { BlobStore, StagedBlob } from '@waybill/blob-storage';
import type { ReleaseFacts, StoredDocument } from '@waybill/contracts';
import { submitReleaseBatch } from '@waybill/contracts';
import { DomainError, effectiveVisibility } from '@waybill/domain';
import type { EdgeContext, UploadedBody } from '@waybill/edge';
import { RequestClient } from '@waybill/messaging';
import { BLOB_STORE } from '@waybill/service-host';
import type { RepositoryEntity } from '@waybill/read-model';
import { ReadableRepositoryService, SettlementService, packageIn } from '@waybill/read-model';
import { assertPublishAccess } from '../access/access.rules.js';
import { purlOf } from '../names/npm-name.js';
import type { UploadedBatch } from '../package-document/document-upload.service.js';
import { DocumentUploadService } from '../package-document/document-upload.service.js';
import { parsePublishDocument } from '../publish/publish-document.schema.js';
import type { Submission } from '../publish/submission.service.js';
import { SubmissionService } from '../publish/submission.service.js';
import { signedIn } from '../repositories/assert-may.js';
import { packagesIn } from './batch.schema.js';
import { assertMayPublish, mayPublishSomething } from './batch-permission.rules.js';

const submitTimeoutMilliseconds = 25_000;
// All submissions travel in one message, which may have 1 MB, and come back in another with some more around them.
const maxRequestBytes = 700 * 1024;
const maxInlineMetadataBytes = 2 * 1024;

export interface BatchCommand {
  readonly repositorySlug: string;
  readonly upload: UploadedBody;
  readonly context: EdgeContext;
}

/** `pnpm publish -r --batch`: several packages are published together, or none of them. */
@Injectable()
export class BatchPublishService {
  readonly #store: BlobStore;
  readonly #uploads: DocumentUploadService;
  readonly #repositories: ReadableRepositoryService;
  readonly #submissions: SubmissionService;
  readonly #requests: RequestClient;
  readonly #settlement: SettlementService;

  constructor(
    @Inject(BLOB_STORE) store: BlobStore,
    uploads: DocumentUploadService,
    repositories: ReadableRepositoryService,
    submissions: SubmissionService,
    requests: RequestClient,
    settlement: SettlementService,
  ) {
    this.#store = store;
    this.#uploads = uploads;
    this.#repositories = repositories;
    this.#submissions = submissions;
    this.#requests = requests;
    this.#settlement = settlement;
  }

  /** Resolves to the number of packages when the next read sees all of them. Errors: those of a publish, of the first that has one. */
  async publish({ repositorySlug, upload, context }: BatchCommand): Promise<number> {
    const principal = signedIn(context.principal);
    const repository = await this.#repositories.find(principal, repositorySlug);
    if (!mayPublishSomething(principal, repository)) {
      const { organizationId, repositoryId, visibility } = repository;
      assertMayPublish(principal, { kind: 'repository', organizationId, repositoryId, visibility });
    }
    return this.#uploads.readBatch(upload, undefined, async (uploaded) => {
      const submissions = await this.#prepare(repository, uploaded, context);
      const releases = await this.#submit(repository, submissions, context);
      for (const release of releases) await this.#settled(release, context);
      return releases.length;
    });
  }

  async #prepare(repository: RepositoryEntity, uploaded: UploadedBatch, context: EdgeContext): Promise<Submission[]> {
    const packages = packagesIn(uploaded.document);
    const known = await this.#repositories.visibilitiesOf(
      repository,
      packages.map(({ name }) => purlOf(name)),
    );
    for (const { name } of packages) {
      const resource = packageIn(repository, purlOf(name), known.get(purlOf(name)) ?? null);
      assertMayPublish(signedIn(context.principal), resource);
    }
    const submissions: Submission[] = [];
    // One after the other: each reads a whole tarball.
    for (const [place, { name, document }] of packages.entries()) {
      const attachments = uploaded.attachments.get(place) ?? new Map<string, StagedBlob>();
      const parsed = parsePublishDocument(name, document);
      assertPublishAccess(parsed, effectiveVisibility(repository.visibility, known.get(purlOf(name)) ?? null));
      const prepared = await this.#submissions.prepare(name, parsed, attachments);
      submissions.push({ ...prepared, metadata: await this.#small(prepared.metadata) });
    }
    return submissions;
  }

  async #submit(
    repository: RepositoryEntity,
    submissions: Submission[],
    { principal, requestId }: EdgeContext,
  ): Promise<ReleaseFacts[]> {
    const request = { principal, repositoryId: repository.repositoryId, submissions, requestId };
    if (Buffer.byteLength(JSON.stringify(request)) > maxRequestBytes) {
      throw new DomainError('limit', 'npm.batch', 'The batch describes too much; publish it in smaller batches.');
    }
    const { releases } = await this.#requests.ask(submitReleaseBatch, request, {
      timeoutMs: submitTimeoutMilliseconds,
    });
    return releases.map(({ release }) => release);
  }

  async #settled(release: ReleaseFacts, context: EdgeContext): Promise<void> {
    try {
      await this.#settlement.waitFor(release, context.deadline, context.externalUrl);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      const { kind, code, details, retryAfterSeconds } = error;
      const outcome = kind === 'unavailable' ? '' : ' Nothing of the batch was published.';
      throw new DomainError(kind, code, `${release.purl}: ${error.message}${outcome}`, {
        details,
        cause: error,
        ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
      });
    }
  }

  async #small(metadata: StoredDocument): Promise<StoredDocument> {
    if (metadata.kind === 'blob') return metadata;
    const bytes = Buffer.from(JSON.stringify(metadata.json));
    if (bytes.length <= maxInlineMetadataBytes) return metadata;
    const { digest, sizeBytes } = await this.#store.put(bytes);
    return { kind: 'blob', digest, sizeBytes };
  }
}
