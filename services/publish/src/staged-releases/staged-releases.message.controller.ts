import { Controller } from '@nestjs/common';
import type { ReplyOf, RequestOf } from '@waybill/contracts';
import { decideStagedRelease, getStagedRelease, listStagedReleases } from '@waybill/contracts';
import { Answers } from '@waybill/messaging';
import { inMessages } from '../package-changes/in-messages.js';
import { StagedApprovalsService } from './staged-approvals.service.js';
import { StagedRejectionsService } from './staged-rejections.service.js';
import { factsOfStaged } from './staged-releases.schema.js';
import { StagedReleasesService } from './staged-releases.service.js';

/** Staged releases as native clients know them (`npm stage`). */
@Controller()
export class StagedReleasesMessageController {
  readonly #staged: StagedReleasesService;
  readonly #approvals: StagedApprovalsService;
  readonly #rejections: StagedRejectionsService;

  constructor(staged: StagedReleasesService, approvals: StagedApprovalsService, rejections: StagedRejectionsService) {
    this.#staged = staged;
    this.#approvals = approvals;
    this.#rejections = rejections;
  }

  /** Without their metadata; fewer than `limit` where more would not go into one message. */
  @Answers(listStagedReleases)
  async list(request: RequestOf<typeof listStagedReleases>): Promise<ReplyOf<typeof listStagedReleases>> {
    const { principal, repositoryId, ecosystem, packagePurl, offset, limit } = request;
    const filter = { repositoryId, ecosystem, ...(packagePurl === undefined ? {} : { packagePurl }) };
    const { items, total } = await this.#staged.page(principal, filter, { offset, limit });
    const facts = items.map(factsOfStaged).map(({ release, ...staged }) => ({
      release: { ...release, metadata: { kind: 'inline' as const, json: {} } },
      ...staged,
    }));
    return { items: inMessages(facts)[0] ?? [], total };
  }

  @Answers(getStagedRelease)
  async get(request: RequestOf<typeof getStagedRelease>): Promise<ReplyOf<typeof getStagedRelease>> {
    const { principal: caller, repositoryId, releaseId } = request;
    return factsOfStaged(await this.#staged.view(releaseId, { caller, repositoryId }));
  }

  @Answers(decideStagedRelease)
  async decide(request: RequestOf<typeof decideStagedRelease>): Promise<ReplyOf<typeof decideStagedRelease>> {
    const { principal: caller, repositoryId, releaseId, decision, reason, digests, code, requestId } = request;
    const proof = { code, clientAddress: request.clientAddress ?? '' };
    const wish = { caller, repositoryId, releaseId, reason, requestId, proof };
    if (decision === 'reject') return factsOfStaged(await this.#rejections.reject(wish));
    return factsOfStaged(await this.#approvals.approve({ ...wish, digests }));
  }
}
