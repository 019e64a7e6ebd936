import type { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import type { BlobStore, StagedBlob } from '@waybill/blob-storage';
import { submitRelease } from '@waybill/contracts';
import type { Resource } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import type { EdgeContext, UploadedBody } from '@waybill/edge';
import { RequestClient } from '@waybill/messaging';
import { BLOB_STORE } from '@waybill/service-host';
import { maxBundleBytes } from '../attestations/sigstore-bundle.rules.js';
import type { NpmName } from '../names/npm-name.js';
import { isBundleName } from './attachments.rules.js';
import { readPublishBody } from './publish-body.reader.js';
import { parsePublishDocument } from './publish-document.schema.js';
import { SettlementService } from './settlement.service.js';
import { SubmissionService } from './submission.service.js';

const maxTarballBytes = 256 * 1024 * 1024;
const submitTimeoutMilliseconds = 15_000;

export interface PublishCommand {
  readonly name: NpmName;
  readonly resource: Extract<Resource, { kind: 'package' }>;
  readonly upload: UploadedBody;
  readonly context: EdgeContext;
}

/** `PUT /{pkg}` with a tarball: read the body, derive the metadata from the tarball, submit, wait until it is settled. */
@Injectable()
export class PublishService {
  readonly #store: BlobStore;
  readonly #requests: RequestClient;
  readonly #submissions: SubmissionService;
  readonly #settlement: SettlementService;

  constructor(
    @Inject(BLOB_STORE) store: BlobStore,
    requests: RequestClient,
    submissions: SubmissionService,
    settlement: SettlementService,
  ) {
    this.#store = store;
    this.#requests = requests;
    this.#submissions = submissions;
    this.#settlement = settlement;
  }

  async publish({ name, resource, upload, context }: PublishCommand): Promise<void> {
    const staged: StagedBlob[] = [];
    try {
      const { document, attachments } = await this.#readBody(upload, staged);
      const submission = await this.#submissions.prepare(name, parsePublishDocument(name, document), attachments);
      const { principal, requestId } = context;
      const { release } = await this.#requests.ask(
        submitRelease,
        { principal, repositoryId: resource.repositoryId, requestId, ...submission },
        { timeoutMs: submitTimeoutMilliseconds },
      );
      await this.#settlement.waitFor(release, context.deadline, context.externalUrl);
    } finally {
      // What the release took is gone from the staging area; the rest has no owner any more.
      await Promise.all(staged.map((blob) => this.#store.discardStaged(blob.key)));
    }
  }

  async #readBody(upload: UploadedBody, staged: StagedBlob[]) {
    if (upload.contentEncoding !== undefined && upload.contentEncoding !== 'identity') {
      throw new DomainError('invalid', 'npm.document', 'A publish document is sent without Content-Encoding.');
    }
    const stage = (name: string, contents: Readable) =>
      this.#store.stage(contents, {
        maxBytes: isBundleName(name) ? maxBundleBytes : maxTarballBytes,
        digests: ['sha1', 'sha512'],
      });
    return readPublishBody(await upload.open(), stage, (blob) => staged.push(blob));
  }
}
