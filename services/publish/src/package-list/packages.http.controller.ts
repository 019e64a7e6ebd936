import { Body, Controller, Get, Patch, Query, Req, Res } from '@nestjs/common';
import { actorOfRequest } from '@waybill/audit';
import { callerOf, Filtered, requireFreshProof, Requires, proofOf } from '@waybill/edge';
import type { Page } from '@waybill/management-api';
import { Documented, pageOf, requireMatch, sendPage, personProofErrors } from '@waybill/management-api';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { packageOf, PackageOfPath } from '../package-access/package-of-path.resource.js';
import { ChangePackageBody } from '../package-settings/package-settings.schema.js';
import { PackageSettingsService } from '../package-settings/package-settings.service.js';
import type { ListedPackageView, PackageView } from './packages.schema.js';
import { listedPackageView, PackageQuery, PackagesQuery, packageView } from './packages.schema.js';
import { packageEtag, packageEtagVersion, PackagesService } from './packages.service.js';

@Controller('api/v1/packages')
export class PackagesHttpController {
  readonly #packages: PackagesService;
  readonly #settings: PackageSettingsService;

  constructor(packages: PackagesService, settings: PackageSettingsService) {
    this.#packages = packages;
    this.#settings = settings;
  }

  @Get()
  @Filtered('read', 'lists only packages that the caller may read')
  @Documented({ summary: 'List packages', returns: pageOf(listedPackageView), operation: 'listPackages' })
  async list(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query() query: PackagesQuery,
  ): Promise<Page<ListedPackageView>> {
    return sendPage(request, reply, await this.#packages.list(callerOf(request), query));
  }

  @Get(':purl')
  @Requires('read', PackageOfPath)
  @Documented({ summary: 'Show a package', returns: packageView, etag: true, operation: 'getPackage' })
  async view(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query() query: PackageQuery,
  ): Promise<PackageView> {
    const placed = packageOf(request, query);
    void reply.header('etag', packageEtag(placed.package));
    return this.#packages.view(placed);
  }

  @Patch(':purl')
  @Requires(
    'metadata',
    PackageOfPath,
    '`manage-access` for its visibility, for archiving it, for who publishes to it, and for a source that gives rights',
  )
  @Documented({
    summary: 'Change a package',
    description:
      'JSON merge patch (RFC 7396). A new visibility holds at every gateway when this is answered. A `trustedPublishingOnly` that asks ' +
      'less than before is for people: with a token, who has a second factor gives a `code` along.',
    returns: packageView,
    etag: true,
    errors: [
      'package.wider-than-repository 400',
      'package.not-announced 503',
      'policy.changed-meanwhile',
      ...personProofErrors,
    ],
    operation: 'changePackage',
  })
  async change(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query() query: PackageQuery,
    @Body() body: ChangePackageBody,
  ): Promise<PackageView> {
    // What keeps a stolen token from publishing is not taken away with a stolen session (W7).
    if (body.trustedPublishingOnly !== undefined) requireFreshProof(callerOf(request));
    const { repository, package: seen } = packageOf(request, query);
    const wish = { principal: callerOf(request), repositoryId: repository.repositoryId, packagePurl: seen.purl };
    const { code, ...change } = body;
    const changed = await this.#settings.change(wish, change, {
      by: actorOfRequest(request),
      proof: proofOf(request, code),
      match: (owner) => requireMatch(request, packageEtagVersion(owner)),
    });
    void reply.header('etag', packageEtag(changed.package));
    return this.#packages.view(changed);
  }
}
