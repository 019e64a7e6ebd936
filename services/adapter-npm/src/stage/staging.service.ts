import { Injectable } from '@nestjs/common';
import { submitRelease } from '@waybill/contracts';
import type { Action, ReleaseId } from '@waybill/domain';
import { can, DomainError, refusal } from '@waybill/domain';
import type { UploadedBody } from '@waybill/edge';
import { RequestClient } from '@waybill/messaging';
import { assertSeenSoFar } from '@waybill/read-model';
import { assertPublishAccess } from '../access/access.rules.js';
import { assertMaySend } from '../package-document/document-size.rules.js';
import type { UploadedDocument } from '../package-document/document-upload.service.js';
import { DocumentUploadService } from '../package-document/document-upload.service.js';
import type { DocumentCaller } from '../package-document/package-document.service.js';
import { parsePublishDocument } from '../publish/publish-document.schema.js';
import { SubmissionService } from '../publish/submission.service.js';
import { assertMay, signedIn } from '../repositories/assert-may.js';
import type { NpmTarget } from '../repositories/npm-request.js';

const submitTimeoutMilliseconds = 15_000;
const staging = ['stage', 'publish'] as const satisfies readonly Action[];

/** `npm stage publish`: a publish document whose release waits for people to approve it. */
@Injectable()
export class StagingService {
  readonly #uploads: DocumentUploadService;
  readonly #submissions: SubmissionService;
  readonly #requests: RequestClient;

  constructor(uploads: DocumentUploadService, submissions: SubmissionService, requests: RequestClient) {
    this.#uploads = uploads;
    this.#submissions = submissions;
    this.#requests = requests;
  }

  /**
   * Resolves to the id by which it is approved; the same bytes again have the same one. Errors: those of the pipeline,
   * `forbidden` `release.rejected`.
   */
  async stage(target: NpmTarget, upload: UploadedBody, caller: DocumentCaller): Promise<ReleaseId> {
    const principal = signedIn(caller.context.principal);
    assertMaySend(upload.sizeBytes, principal, { actions: staging, resource: target.resource });
    const decision = can(principal, 'stage', target.resource);
    const may = decision.allowed || can(principal, 'publish', target.resource).allowed;
    return this.#uploads.read(upload, may ? undefined : refusal(decision, 'What you asked for'), (uploaded) =>
      this.#take(target, uploaded, caller),
    );
  }

  async #take({ name, resource }: NpmTarget, uploaded: UploadedDocument, caller: DocumentCaller): Promise<ReleaseId> {
    const { principal, requestId, externalUrl } = caller.context;
    assertMay(principal, staging, resource);
    if (uploaded.attachments.size === 0) {
      throw new DomainError('invalid', 'npm.document', 'The document has no tarball to stage.');
    }
    const parsed = parsePublishDocument(name, uploaded.document);
    assertPublishAccess({ ...parsed, userAgent: caller.userAgent }, resource.visibility);
    const submission = await this.#submissions.prepare(name, parsed, uploaded.attachments);
    const { release } = await this.#requests.ask(
      submitRelease,
      { principal, repositoryId: resource.repositoryId, requestId, ...submission, stage: true },
      { timeoutMs: submitTimeoutMilliseconds },
    );
    assertSeenSoFar(release, externalUrl);
    return release.releaseId;
  }
}
