import { Controller, Get, Req, Res } from '@nestjs/common';
import { documentCaching, Requires } from '@waybill/edge';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { packageNotFound } from '../packument/packument.service.js';
import { ReleaseRepository } from '../releases/release.repository.js';
import type { NpmTarget } from '../repositories/npm-request.js';
import { npmTargetOf, PackageResolver } from '../repositories/npm-request.js';
import { PublisherPackageResolver } from './publisher-package.resource.js';

interface Visible {
  readonly public: boolean;
}

/**
 * Asked by clients that could add provenance to a publish, which writes the name of a public package into a public log.
 * `public` means in every list as well: an unlisted package is not.
 */
@Controller()
export class VisibilityHttpController {
  readonly #releases: ReleaseRepository;

  constructor(releases: ReleaseRepository) {
    this.#releases = releases;
  }

  @Get('npm/:repository/-/package/:package/visibility')
  @Requires('read', PackageResolver)
  visibility(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<Visible> {
    return this.#show(npmTargetOf(request), reply);
  }

  /** pnpm drops the path of the registry (trusted-publishing notes 2.1): the package is the one that its token is for. */
  @Get('-/package/:package/visibility')
  @Requires('read', PublisherPackageResolver)
  visibilityAtRoot(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<Visible> {
    return this.#show(npmTargetOf(request), reply);
  }

  async #show({ name, resource }: NpmTarget, reply: FastifyReply): Promise<Visible> {
    const { repositoryId, purl, visibility } = resource;
    if ((await this.#releases.publishedVersions(repositoryId, purl)).length === 0) throw packageNotFound({ name });
    reply.headers(documentCaching(visibility));
    return { public: visibility === 'public' };
  }
}
