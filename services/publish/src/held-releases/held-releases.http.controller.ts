import { Body, Controller, Get, HttpCode, Post, Query, Req, Res } from '@nestjs/common';
import type { ReleaseFacts } from '@waybill/contracts';
import { DomainError } from '@waybill/domain';
import { callerOf, edgeContextOf, Filtered, Requires, StepUp, proofOf } from '@waybill/edge';
import { Documented, type Page, pageOf, sendPage, personProofErrors } from '@waybill/management-api';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { HeldComparisons } from '../release-paths/held-comparisons.js';
import type { HeldReleaseView, ListedHeldRelease } from './held-releases.schema.js';
import {
  HeldReleasesQuery,
  heldReleaseView,
  listedHeldRelease,
  listedViewOf,
  ReviewBody,
  viewOf,
} from './held-releases.schema.js';
import type { ReviewDecision } from './held-releases.service.js';
import { HeldReleasesService } from './held-releases.service.js';
import { releaseIdOf, ReleaseOfPath } from './release-of-path.resource.js';
import { RescansService } from './rescans.service.js';

@Controller('api/v1/held-releases')
export class HeldReleasesHttpController {
  readonly #held: HeldReleasesService;
  readonly #rescans: RescansService;
  readonly #comparisons: HeldComparisons;

  constructor(held: HeldReleasesService, rescans: RescansService, comparisons: HeldComparisons) {
    this.#held = held;
    this.#rescans = rescans;
    this.#comparisons = comparisons;
  }

  @Get()
  @Filtered(
    'review-findings',
    'lists only releases that the caller may review; a token must have the permission somewhere',
  )
  @Documented({
    summary: 'List the releases that wait for a person, or for the scanner',
    returns: pageOf(listedHeldRelease),
  })
  async list(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query() query: HeldReleasesQuery,
  ): Promise<Page<ListedHeldRelease>> {
    const caller = callerOf(request);
    if (caller.kind === 'anonymous')
      throw new DomainError('unauthenticated', 'auth.required', 'You must sign in to do this.');
    const { items, next } = await this.#held.list(caller, query);
    return sendPage(request, reply, { items: items.map(listedViewOf), next });
  }

  @Get(':releaseId')
  @Requires('review-findings', ReleaseOfPath)
  @Documented({
    summary: 'Look at a release that waits, with every reason',
    description: '`changes` says what is different about how it came from how `predecessor` did.',
    returns: heldReleaseView,
  })
  async view(@Req() request: FastifyRequest): Promise<HeldReleaseView> {
    return this.#viewOf(await this.#held.view(releaseIdOf(request)));
  }

  @Post(':releaseId/approve')
  @HttpCode(200)
  @Requires('approve', ReleaseOfPath)
  @StepUp()
  @Documented({
    summary: 'Approve a held release',
    description:
      'For people, and not for service accounts. With a token, who has a second factor gives a `code` along.',
    returns: heldReleaseView,
    errors: ['release.not-held', 'release.held-for-others', 'release.own 403', ...personProofErrors],
  })
  approve(@Req() request: FastifyRequest, @Body() { reason, code }: ReviewBody): Promise<HeldReleaseView> {
    return this.#decide(request, { verdict: 'published', reason, proof: proofOf(request, code) });
  }

  @Post(':releaseId/reject')
  @HttpCode(200)
  @Requires('approve', ReleaseOfPath)
  @Documented({
    summary: 'Reject a held release',
    description:
      'What came from a trusted publisher is rejected by people, and not by service accounts: as approving it, that needs a ' +
      'step-up, or with a token a `code` of the second factor.',
    returns: heldReleaseView,
    errors: ['release.not-held', ...personProofErrors],
  })
  reject(@Req() request: FastifyRequest, @Body() { reason, code }: ReviewBody): Promise<HeldReleaseView> {
    return this.#decide(request, { verdict: 'rejected', reason, proof: proofOf(request, code) });
  }

  /** Of a release that the scanner has given up on. No body. */
  @Post(':releaseId/rescan')
  @HttpCode(202)
  @Requires('review-findings', ReleaseOfPath)
  @Documented({ summary: 'Scan a release again that the scanner has given up on', returns: heldReleaseView })
  async rescan(@Req() request: FastifyRequest): Promise<HeldReleaseView> {
    const { requestId } = edgeContextOf(request);
    return this.#viewOf(await this.#rescans.rescan(releaseIdOf(request), { reviewer: callerOf(request), requestId }));
  }

  async #decide(request: FastifyRequest, decision: ReviewDecision): Promise<HeldReleaseView> {
    const { requestId } = edgeContextOf(request);
    const releaseId = releaseIdOf(request);
    const reviewer = callerOf(request);
    return this.#viewOf(await this.#held.decide({ ...decision, releaseId, reviewer, requestId }));
  }

  async #viewOf(release: ReleaseFacts): Promise<HeldReleaseView> {
    return viewOf(release, await this.#comparisons.of(release));
  }
}
