import { Body, Controller, Get, HttpCode, Post, Query, Req, Res } from '@nestjs/common';
import type { Principal } from '@waybill/domain';
import { DomainError, isPackagePurl } from '@waybill/domain';
import { callerOf, edgeContextOf, Filtered, Requires, StepUp, proofOf } from '@waybill/edge';
import {
  Documented,
  etagOf,
  type Page,
  pageOf,
  requireMatch,
  sendPage,
  personProofErrors,
} from '@waybill/management-api';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { releaseIdOf } from '../held-releases/release-of-path.resource.js';
import { StagedApprovalsService } from './staged-approvals.service.js';
import { StagedComparisons } from './staged-comparisons.js';
import { StagedRejectionsService } from './staged-rejections.service.js';
import { StagedReleaseOfPath } from './staged-release-of-path.resource.js';
import type { StagedFilter } from './staged-releases.repository.js';
import type { ListedStagedRelease, StagedReleaseView } from './staged-releases.schema.js';
import {
  ApproveStagedBody,
  listedStagedRelease,
  listedViewOf,
  RejectStagedBody,
  StagedReleasesQuery,
  stagedReleaseView,
  versionOf,
  viewOf,
} from './staged-releases.schema.js';
import type { StagedRelease } from './staged-releases.service.js';
import { StagedReleasesService } from './staged-releases.service.js';

@Controller('api/v1/staged-releases')
export class StagedReleasesHttpController {
  readonly #staged: StagedReleasesService;
  readonly #approvals: StagedApprovalsService;
  readonly #rejections: StagedRejectionsService;
  readonly #comparisons: StagedComparisons;

  constructor(
    staged: StagedReleasesService,
    approvals: StagedApprovalsService,
    rejections: StagedRejectionsService,
    comparisons: StagedComparisons,
  ) {
    this.#staged = staged;
    this.#approvals = approvals;
    this.#rejections = rejections;
    this.#comparisons = comparisons;
  }

  @Get()
  @Filtered('read', 'lists only releases that the caller may approve, or has staged')
  @Documented({
    summary: 'List the releases that wait for approval',
    description: 'Oldest first.',
    returns: pageOf(listedStagedRelease),
    operation: 'listStagedReleases',
  })
  async list(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query() query: StagedReleasesQuery,
  ): Promise<Page<ListedStagedRelease>> {
    const caller = callerOf(request);
    if (caller.kind === 'anonymous')
      throw new DomainError('unauthenticated', 'auth.required', 'You must sign in to do this.');
    const { items, next } = await this.#staged.list(caller, filterOf(query), query);
    return sendPage(request, reply, { items: items.map(listedViewOf), next });
  }

  @Get(':releaseId')
  @Requires('read', StagedReleaseOfPath, '`approve`, or to have staged it')
  @Documented({
    summary: 'Look at a release that waits for approval',
    description:
      '`changes` says to those who may approve it what is different about how it came from how `predecessor` did; to others ' +
      'nothing is said of that.',
    returns: stagedReleaseView,
    etag: true,
    operation: 'getStagedRelease',
  })
  async view(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StagedReleaseView> {
    const caller = callerOf(request);
    return this.#send(reply, caller, await this.#staged.view(releaseIdOf(request), { caller }));
  }

  @Post(':releaseId/approve')
  @HttpCode(200)
  @Requires('approve', StagedReleaseOfPath)
  @StepUp()
  @Documented({
    summary: 'Approve a staged release',
    description:
      'Of these very bytes. One person counts once, and who staged it does not count. With the last approval that the ' +
      'repository asks for, the release goes on to be checked and published. With a token, who has a second factor gives a `code` along.',
    returns: stagedReleaseView,
    status: 200,
    etag: true,
    errors: [
      'staged-release.settled',
      'staged-release.already-approved',
      'staged-release.other-bytes',
      'release.own 403',
      ...personProofErrors,
      'package.archived',
      'package.deleted',
      'repository.archived',
    ],
    operation: 'approveStagedRelease',
  })
  async approve(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Body() { reason, files, code }: ApproveStagedBody,
  ): Promise<StagedReleaseView> {
    const { requestId } = edgeContextOf(request);
    const approved = await this.#approvals.approve({
      releaseId: releaseIdOf(request),
      caller: callerOf(request),
      reason,
      digests: files && Object.fromEntries(files.map(({ filename, sha256 }) => [filename, sha256])),
      proof: proofOf(request, code),
      requestId,
      assertCurrent: (contents) => requireMatch(request, contents),
    });
    return this.#send(reply, callerOf(request), approved);
  }

  @Post(':releaseId/reject')
  @HttpCode(200)
  @Requires('read', StagedReleaseOfPath, '`approve`, or to have staged it')
  @Documented({
    summary: 'Reject a staged release',
    description:
      'Nobody has seen it, and its version is free for other bytes. Also for who staged it. What a trusted publisher has staged is ' +
      'rejected by others who prove that they are there, as whoever approves it does.',
    returns: stagedReleaseView,
    status: 200,
    etag: true,
    errors: ['staged-release.settled', ...personProofErrors],
    operation: 'rejectStagedRelease',
  })
  async reject(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Body() { reason, code }: RejectStagedBody,
  ): Promise<StagedReleaseView> {
    const { requestId } = edgeContextOf(request);
    const proof = proofOf(request, code);
    const wish = { releaseId: releaseIdOf(request), caller: callerOf(request), reason, proof, requestId };
    return this.#send(reply, wish.caller, await this.#rejections.reject(wish));
  }

  async #send(reply: FastifyReply, caller: Principal, staged: StagedRelease): Promise<StagedReleaseView> {
    reply.header('etag', etagOf(versionOf(staged)));
    return viewOf(staged, await this.#comparisons.of(caller, staged));
  }
}

/** Errors: `invalid` `purl.malformed`. */
function filterOf({ repository, package: purl }: StagedReleasesQuery): StagedFilter {
  if (purl !== undefined && !isPackagePurl(purl)) {
    throw new DomainError('invalid', 'purl.malformed', 'That is not the purl of a package, without a version.');
  }
  return {
    ...(repository === undefined ? {} : { repository }),
    ...(purl === undefined ? {} : { packagePurl: purl }),
  };
}
