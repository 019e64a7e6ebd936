import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { DomainError } from '@waybill/domain';
import { callerOf, documentCaching, forThisCallerOnly, Requires, resolvedResource } from '@waybill/edge';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PackageResolver } from '../repositories/npm-request.js';
import { pointView, rangeView } from './downloads.schema.js';
import type { AskedRepository } from './downloads.service.js';
import { DownloadsService } from './downloads.service.js';
import { parsePeriod } from './period.rules.js';

/**
 * Download counts as api.npmjs.org answers them (npm/registry docs/download-counts.md), below the path of the repository:
 * one package needs read on it; several or all need read on the repository, and count what of it the caller may read
 * (security.md A5).
 */
@Controller('npm/:repository')
export class DownloadsHttpController {
  readonly #downloads: DownloadsService;

  constructor(downloads: DownloadsService) {
    this.#downloads = downloads;
  }

  @Get('downloads/point/:period')
  @Requires('read', PackageResolver)
  totalPoint(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('period') period: string,
  ): Promise<object> {
    return this.#downloads.total(askedIn(request, reply), parsePeriod(period, new Date()), pointView);
  }

  @Get('downloads/point/:period/:package')
  @Requires('read', PackageResolver)
  point(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param() { period, package: names }: { period: string; package: string },
  ): Promise<object> {
    return this.#downloads.of(askedIn(request, reply), parsePeriod(period, new Date()), names, pointView);
  }

  @Get('downloads/range/:period')
  @Requires('read', PackageResolver)
  totalRange(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('period') period: string,
  ): Promise<object> {
    return this.#downloads.total(askedIn(request, reply), parsePeriod(period, new Date()), rangeView);
  }

  @Get('downloads/range/:period/:package')
  @Requires('read', PackageResolver)
  range(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param() { period, package: names }: { period: string; package: string },
  ): Promise<object> {
    return this.#downloads.of(askedIn(request, reply), parsePeriod(period, new Date()), names, rangeView);
  }

  /** npm's own knows the last week only. */
  @Get('versions/:package/last-week')
  @Requires('read', PackageResolver)
  versions(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('package') name: string,
  ): Promise<object> {
    const week = parsePeriod('last-week', new Date());
    return this.#downloads.perVersion(askedIn(request, reply).repository.repositoryId, week, name);
  }
}

function askedIn(request: FastifyRequest, reply: FastifyReply): AskedRepository {
  const resource = resolvedResource(request);
  if (resource.kind !== 'package' && resource.kind !== 'repository') {
    throw new DomainError('internal', 'npm.resource', 'This route is about a repository.');
  }
  // Of several packages, and of all of them, those are counted that this caller may read.
  reply.headers(resource.kind === 'package' ? documentCaching(resource.visibility) : forThisCallerOnly);
  return { caller: callerOf(request), repository: resource };
}
