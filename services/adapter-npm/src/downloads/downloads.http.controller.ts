import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import type { Resource } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import { Requires, resolvedResource } from '@waybill/edge';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { documentCaching } from '../packument/document-caching.js';
import { PackageResolver } from '../repositories/npm-request.js';
import { pointView, rangeView } from './downloads.schema.js';
import { DownloadsService } from './downloads.service.js';
import { parsePeriod } from './period.rules.js';

type InRepository = Extract<Resource, { kind: 'repository' | 'package' }>;

/**
 * Download counts as api.npmjs.org answers them (npm/registry docs/download-counts.md), below the path of the repository:
 * one package needs read on it, several or all need read on the repository (security.md A5).
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
    return this.#downloads.total(repositoryIdOf(request, reply), parsePeriod(period, new Date()), pointView);
  }

  @Get('downloads/point/:period/:package')
  @Requires('read', PackageResolver)
  point(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param() { period, package: names }: { period: string; package: string },
  ): Promise<object> {
    return this.#downloads.of(repositoryIdOf(request, reply), parsePeriod(period, new Date()), names, pointView);
  }

  @Get('downloads/range/:period')
  @Requires('read', PackageResolver)
  totalRange(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('period') period: string,
  ): Promise<object> {
    return this.#downloads.total(repositoryIdOf(request, reply), parsePeriod(period, new Date()), rangeView);
  }

  @Get('downloads/range/:period/:package')
  @Requires('read', PackageResolver)
  range(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param() { period, package: names }: { period: string; package: string },
  ): Promise<object> {
    return this.#downloads.of(repositoryIdOf(request, reply), parsePeriod(period, new Date()), names, rangeView);
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
    return this.#downloads.perVersion(repositoryIdOf(request, reply), week, name);
  }
}

function repositoryIdOf(request: FastifyRequest, reply: FastifyReply): InRepository['repositoryId'] {
  const resource = resolvedResource(request);
  if (resource.kind !== 'package' && resource.kind !== 'repository') {
    throw new DomainError('internal', 'npm.resource', 'This route is about a repository.');
  }
  reply.headers(documentCaching(resource.visibility));
  return resource.repositoryId;
}
