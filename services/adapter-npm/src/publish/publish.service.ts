import { Injectable } from '@nestjs/common';
import type { StagedBlob } from '@waybill/blob-storage';
import { submitRelease } from '@waybill/contracts';
import type { Resource } from '@waybill/domain';
import type { EdgeContext } from '@waybill/edge';
import { RequestClient } from '@waybill/messaging';
import { SettlementService } from '@waybill/read-model';
import { assertPublishAccess } from '../access/access.rules.js';
import type { NpmName } from '../names/npm-name.js';
import type { ReadPublishBody } from './publish-body.reader.js';
import { parsePublishDocument } from './publish-document.schema.js';
import { SubmissionService } from './submission.service.js';

const submitTimeoutMilliseconds = 15_000;

export interface PublishCommand {
  readonly name: NpmName;
  readonly resource: Extract<Resource, { kind: 'package' }>;
  readonly context: EdgeContext;
  readonly userAgent: string | undefined;
}

/** A publish document that was read: derive the metadata from the tarball, submit, wait until it is settled. */
@Injectable()
export class PublishService {
  readonly #requests: RequestClient;
  readonly #submissions: SubmissionService;
  readonly #settlement: SettlementService;

  constructor(requests: RequestClient, submissions: SubmissionService, settlement: SettlementService) {
    this.#requests = requests;
    this.#submissions = submissions;
    this.#settlement = settlement;
  }

  /** What was read is staged, and the caller's to discard. Errors: those of the pipeline and of the settlement. */
  async publish(
    { name, resource, context, userAgent }: PublishCommand,
    { document, attachments }: ReadPublishBody<StagedBlob>,
  ): Promise<void> {
    const parsed = parsePublishDocument(name, document);
    assertPublishAccess({ ...parsed, userAgent }, resource.visibility);
    const submission = await this.#submissions.prepare(name, parsed, attachments);
    const { principal, requestId } = context;
    const heard = this.#settlement.listen(resource);
    try {
      const { release, joined } = await this.#requests.ask(
        submitRelease,
        { principal, repositoryId: resource.repositoryId, requestId, ...submission },
        { timeoutMs: submitTimeoutMilliseconds },
      );
      await this.#settlement.waitFor(release, context.deadline, context.externalUrl, joined ? undefined : heard);
    } finally {
      heard.stop();
    }
  }
}
