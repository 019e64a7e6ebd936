import { Controller, Get, Req, Res } from '@nestjs/common';
import { Requires } from '@waybill/edge';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { documentCaching } from '../packument/document-caching.js';
import { packageNotFound } from '../packument/packument.service.js';
import { ReleaseRepository } from '../releases/release.repository.js';
import { npmTargetOf, PackageResolver } from '../repositories/npm-request.js';

@Controller('npm/:repository/-/package/:package/visibility')
export class VisibilityHttpController {
  readonly #releases: ReleaseRepository;

  constructor(releases: ReleaseRepository) {
    this.#releases = releases;
  }

  /**
   * Asked by `npm publish --provenance`, which writes the name of a public package into a public log. `public` means in
   * every list as well: an unlisted package is not.
   */
  @Get()
  @Requires('read', PackageResolver)
  async visibility(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ public: boolean }> {
    const target = npmTargetOf(request);
    const { repositoryId, purl, visibility } = target.resource;
    if ((await this.#releases.publishedVersions(repositoryId, purl)).length === 0) throw packageNotFound(target);
    reply.headers(documentCaching(visibility));
    return { public: visibility === 'public' };
  }
}
