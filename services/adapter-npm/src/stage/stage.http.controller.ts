import { Controller, Delete, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { ReleaseId } from '@waybill/domain';
import type { BlobReply } from '@waybill/edge';
import {
  blobReply,
  callerOf,
  edgeContextOf,
  Filtered,
  forThisCallerOnly,
  OpenToEverybody,
  Requires,
  Upload,
  uploadOf,
} from '@waybill/edge';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { askingForOneTimePassword, oneTimePasswordOf } from '../login/one-time-password.js';
import { parseNpmName, purlOf } from '../names/npm-name.js';
import { maxInlineDocumentBytes, maxPublishBytes } from '../publish/publish.http.controller.js';
import { npmTargetOf, PackageResolver } from '../repositories/npm-request.js';
import { pageIn } from '../tokens/token.schema.js';
import { noticeAfter, stagedView, tarballOf } from './staged-release.view.js';
import type { StagedPlace } from './staged-releases.service.js';
import { StagedReleasesService, stagedReleaseNotFound } from './staged-releases.service.js';
import { StagingService } from './staging.service.js';

const toldByPublish = 'publish tells of staged releases to those who may approve them or have staged them';
const decidedByPublish = 'publish decides who may approve or reject: never who published it';

/** `npm stage` (trusted-publishing notes 2.5). The id of a stage is that of its release. */
@Controller('npm/:repository/-/stage')
export class StageHttpController {
  readonly #staging: StagingService;
  readonly #staged: StagedReleasesService;

  constructor(staging: StagingService, staged: StagedReleasesService) {
    this.#staging = staging;
    this.#staged = staged;
  }

  /** The second form is what the gateway sees; see canonical-target.ts. */
  @Post(['package/:package', 'package/@:scope/:package'])
  @HttpCode(201)
  @Requires('read', PackageResolver, 'stage or publish')
  @Upload({ maxBytes: maxPublishBytes, inlineBytes: maxInlineDocumentBytes })
  async publish(@Req() request: FastifyRequest): Promise<{ stageId: ReleaseId }> {
    const caller = { context: edgeContextOf(request), userAgent: request.headers['user-agent'] };
    return { stageId: await this.#staging.stage(npmTargetOf(request), uploadOf(request), caller) };
  }

  @Get()
  @Filtered('approve', toldByPublish)
  async list(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('repository') slug: string,
    @Query() query: Record<string, unknown>,
  ): Promise<object> {
    const { page, perPage } = pageIn(query);
    const name = query['package'];
    const packagePurl = typeof name === 'string' && name !== '' ? purlOf(parseNpmName(name)) : undefined;
    const place = { offset: Math.min(page * perPage, maxOffset), limit: perPage };
    const { items, total } = await this.#staged.list(callerOf(request), { slug, packagePurl }, place);
    reply.headers(forThisCallerOnly);
    return { items: items.map(stagedView), total };
  }

  @Get(':stage')
  @Filtered('approve', toldByPublish)
  async view(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    const found = await this.#staged.find(placeIn(request));
    reply.headers(forThisCallerOnly);
    return stagedView(found);
  }

  @Get(':stage/tarball')
  @Filtered('approve', toldByPublish)
  async tarball(@Req() request: FastifyRequest): Promise<BlobReply> {
    const { digests, sizeBytes } = tarballOf(await this.#staged.find(placeIn(request)));
    return blobReply({
      digest: digests.sha256,
      sizeBytes,
      mediaType: 'application/octet-stream',
      cacheControl: 'private, no-store',
    });
  }

  @Post(':stage/approve')
  @HttpCode(200)
  @OpenToEverybody(decidedByPublish)
  async approve(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    const approved = await askingForOneTimePassword(reply, () =>
      this.#staged.approve(placeIn(request), oneTimePasswordOf(request)),
    );
    if (approved.release.state === 'staged') reply.header('npm-notice', noticeAfter(approved));
    const { id, approvals } = stagedView(approved);
    return { ok: true, id, approvals };
  }

  @Delete(':stage')
  @HttpCode(204)
  @OpenToEverybody(decidedByPublish)
  async reject(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    await askingForOneTimePassword(reply, () => this.#staged.reject(placeIn(request), oneTimePasswordOf(request)));
  }
}

const maxOffset = 100_000;

/** Errors: `not-found` `staged-release.not-found` for what cannot be an id. */
function placeIn(request: FastifyRequest): StagedPlace {
  const { repository: slug = '', stage } = request.params as { readonly repository?: string; readonly stage?: string };
  const id = z.uuid().safeParse(stage);
  if (!id.success) throw stagedReleaseNotFound();
  return { context: edgeContextOf(request), slug, stageId: id.data as ReleaseId };
}
