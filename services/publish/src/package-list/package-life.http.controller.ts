import { Body, Controller, Delete, HttpCode, Post, Query, Req, Res } from '@nestjs/common';
import { actorOfRequest } from '@waybill/audit';
import { callerOf, Requires, StepUp } from '@waybill/edge';
import { Documented, requireMatch } from '@waybill/management-api';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { packageOf, PackageOfPath } from '../package-access/package-of-path.resource.js';
import type { PackageWish } from '../package-changes/package-writer.js';
import { PackageDeletionsService } from '../package-deletions/package-deletions.service.js';
import { RestorationsService } from '../package-deletions/restorations.service.js';
import type { ChangedPackage } from '../package-settings/package-news.js';
import { PackageTransfersService } from '../package-transfers/package-transfers.service.js';
import type { PackageEntity } from '../packages/package.entity.js';
import { DeletePackageBody, TransferPackageBody } from './package-life.schema.js';
import type { PackageView } from './packages.schema.js';
import { PackageQuery, packageView } from './packages.schema.js';
import { packageEtag, packageEtagVersion, PackagesService } from './packages.service.js';

/** What ends a package, brings it back, or takes it elsewhere. */
@Controller('api/v1/packages/:purl')
export class PackageLifeHttpController {
  readonly #packages: PackagesService;
  readonly #deletions: PackageDeletionsService;
  readonly #restorations: RestorationsService;
  readonly #transfers: PackageTransfersService;

  constructor(
    packages: PackagesService,
    deletions: PackageDeletionsService,
    restorations: RestorationsService,
    transfers: PackageTransfersService,
  ) {
    this.#packages = packages;
    this.#deletions = deletions;
    this.#restorations = restorations;
    this.#transfers = transfers;
  }

  @Delete()
  @Requires('delete', PackageOfPath)
  @StepUp()
  @Documented({
    summary: 'Delete a package',
    description: 'All that clients can see of it goes; for 30 days it can be restored. Its name stays taken.',
    returns: packageView,
    etag: true,
    errors: ['package.confirm 400', 'package.deleted 409', 'package.not-announced 503'],
    operation: 'deletePackage',
  })
  async delete(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query() query: PackageQuery,
    @Body() { confirm }: DeletePackageBody,
  ): Promise<PackageView> {
    const options = { by: actorOfRequest(request), confirm, match: matchIn(request) };
    return this.#answer(reply, await this.#deletions.delete(wishIn(request, query), options));
  }

  @Post('restore')
  @HttpCode(200)
  @Requires('restore', PackageOfPath)
  @Documented({
    summary: 'Restore a deleted package',
    description:
      'With exactly the versions and tags that its deletion took, and the same bytes. Grants do not come back.',
    returns: packageView,
    status: 200,
    etag: true,
    errors: ['package.not-deleted 409', 'namespace.reserved 403', 'restore.too-late 410', 'restore.bytes-gone 410'],
    operation: 'restorePackage',
  })
  async restore(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query() query: PackageQuery,
  ): Promise<PackageView> {
    return this.#answer(
      reply,
      await this.#restorations.restorePackage(wishIn(request, query), actorOfRequest(request)),
    );
  }

  @Post('transfer')
  @HttpCode(200)
  @Requires('admin', PackageOfPath, '`admin` on the repository that it goes to, and on the organization that it leaves')
  @StepUp()
  @Documented({
    summary: 'Move a package to another repository',
    description: 'At once. Grants on it, its owners and its publishers end; its name stays taken where it was.',
    returns: packageView,
    status: 200,
    etag: true,
    errors: [
      'package.moved-already',
      'package.name-taken',
      'package.waiting',
      'package.deleted',
      'repository.archived',
    ],
    operation: 'transferPackage',
  })
  async transfer(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query() query: PackageQuery,
    @Body() { repository: to }: TransferPackageBody,
  ): Promise<PackageView> {
    const options = { by: actorOfRequest(request), to, match: matchIn(request) };
    return this.#answer(reply, await this.#transfers.transfer(wishIn(request, query), options));
  }

  #answer(reply: FastifyReply, changed: ChangedPackage): Promise<PackageView> {
    void reply.header('etag', packageEtag(changed.package));
    return this.#packages.view(changed);
  }
}

/** The package that the guard has authorized, as the use cases ask for it. */
export function wishIn(request: FastifyRequest, query: PackageQuery): PackageWish {
  const { repository, package: seen } = packageOf(request, query);
  return { principal: callerOf(request), repositoryId: repository.repositoryId, packagePurl: seen.purl };
}

function matchIn(request: FastifyRequest): (owner: PackageEntity) => void {
  return (owner) => requireMatch(request, packageEtagVersion(owner));
}
