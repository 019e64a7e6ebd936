import { Body, Controller, Delete, Get, HttpCode, Post, Put, Query, Req } from '@nestjs/common';
import { actorOfRequest } from '@waybill/audit';
import { callerOf, edgeContextOf, Requires, StepUp } from '@waybill/edge';
import { Documented } from '@waybill/management-api';
import type { FastifyRequest } from 'fastify';
import { DeprecationsService } from '../deprecations/deprecations.service.js';
import type { PackageWish } from '../package-changes/package-writer.js';
import { RestorationsService } from '../package-deletions/restorations.service.js';
import { PackageQuery } from '../package-list/packages.schema.js';
import { ReleaseYanksService } from '../release-yanks/release-yanks.service.js';
import { WithdrawalsService } from '../withdrawals/withdrawals.service.js';
import { releaseOf, ReleaseOfPurl } from './release-of-purl.resource.js';
import type { ArtifactView, ReleaseView } from './releases.schema.js';
import { artifactsView, DeprecationBody, releaseView } from './releases.schema.js';
import { ReleasesService } from './releases.service.js';

@Controller('api/v1/releases/:purl')
export class ReleasesHttpController {
  readonly #releases: ReleasesService;
  readonly #withdrawals: WithdrawalsService;
  readonly #restorations: RestorationsService;
  readonly #yanks: ReleaseYanksService;
  readonly #deprecations: DeprecationsService;

  constructor(
    releases: ReleasesService,
    withdrawals: WithdrawalsService,
    restorations: RestorationsService,
    yanks: ReleaseYanksService,
    deprecations: DeprecationsService,
  ) {
    this.#releases = releases;
    this.#withdrawals = withdrawals;
    this.#restorations = restorations;
    this.#yanks = yanks;
    this.#deprecations = deprecations;
  }

  @Get()
  @Requires('read', ReleaseOfPurl)
  @Documented({ summary: 'Show a release', returns: releaseView, operation: 'getRelease' })
  view(@Req() request: FastifyRequest, @Query() query: PackageQuery): Promise<ReleaseView> {
    return this.#releases.view(callerOf(request), releaseOf(request, query));
  }

  @Get('artifacts')
  @Requires('read', ReleaseOfPurl)
  @Documented({ summary: 'List the files of a release', returns: artifactsView, operation: 'listArtifacts' })
  async artifacts(@Req() request: FastifyRequest, @Query() query: PackageQuery): Promise<{ items: ArtifactView[] }> {
    return { items: await this.#releases.artifacts(releaseOf(request, query)) };
  }

  /** Its number stays taken for its bytes. */
  @Delete()
  @HttpCode(204)
  @Requires('delete', ReleaseOfPurl)
  @StepUp()
  @Documented({ summary: 'Withdraw a release', status: 204, operation: 'withdrawRelease' })
  async withdraw(@Req() request: FastifyRequest, @Query() query: PackageQuery): Promise<void> {
    const { requestId } = edgeContextOf(request);
    const versions = [releaseOf(request, query).release.version];
    await this.#withdrawals.withdraw({ ...wishIn(request, query), versions, tags: {}, requestId });
  }

  @Post('restore')
  @HttpCode(204)
  @Requires('restore', ReleaseOfPurl)
  @Documented({
    summary: 'Restore a withdrawn release',
    description: 'Within 30 days, with the same bytes. The tags that pointed at it stay where they are.',
    status: 204,
    errors: [
      'release.not-withdrawn',
      'package.deleted',
      'package.archived',
      'restore.too-late 410',
      'restore.bytes-gone 410',
    ],
    operation: 'restoreRelease',
  })
  async restore(@Req() request: FastifyRequest, @Query() query: PackageQuery): Promise<void> {
    const { version } = releaseOf(request, query).release;
    await this.#restorations.restoreRelease(wishIn(request, query), version, actorOfRequest(request));
  }

  @Post('yank')
  @HttpCode(204)
  @Requires('yank', ReleaseOfPurl)
  @Documented({ summary: 'Yank a release', status: 204, errors: ['release.no-yank 400'], operation: 'yankRelease' })
  async yank(@Req() request: FastifyRequest, @Query() query: PackageQuery): Promise<void> {
    const { version } = releaseOf(request, query).release;
    await this.#yanks.yank(wishIn(request, query), { version, yanked: true }, actorOfRequest(request));
  }

  @Post('unyank')
  @HttpCode(204)
  @Requires('yank', ReleaseOfPurl)
  @Documented({ summary: 'Unyank a release', status: 204, errors: ['release.no-yank 400'], operation: 'unyankRelease' })
  async unyank(@Req() request: FastifyRequest, @Query() query: PackageQuery): Promise<void> {
    const { version } = releaseOf(request, query).release;
    await this.#yanks.yank(wishIn(request, query), { version, yanked: false }, actorOfRequest(request));
  }

  @Put('deprecation')
  @HttpCode(204)
  @Requires('metadata', ReleaseOfPurl)
  @Documented({ summary: 'Deprecate a release, or not any more', status: 204, operation: 'deprecateRelease' })
  async deprecate(
    @Req() request: FastifyRequest,
    @Query() query: PackageQuery,
    @Body() { message }: DeprecationBody,
  ): Promise<void> {
    const { requestId } = edgeContextOf(request);
    const { version } = releaseOf(request, query).release;
    await this.#deprecations.deprecate({ ...wishIn(request, query), messages: { [version]: message }, requestId });
  }
}

function wishIn(request: FastifyRequest, query: PackageQuery): PackageWish {
  const { repository, package: owner } = releaseOf(request, query);
  return { principal: callerOf(request), repositoryId: repository.repositoryId, packagePurl: owner.purl };
}
