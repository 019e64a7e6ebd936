import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { can, DomainError } from '@waybill/domain';
import { callerOf, Filtered, forThisCallerOnly } from '@waybill/edge';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ReadableRepositoryService, packageIn } from '@waybill/read-model';
import { PackageListRepository } from './package-list.repository.js';

type Packages = Record<string, 'read' | 'write'>;

/** `npm access list packages`: of this repository, what the caller may read. */
@Controller('npm/:repository/-')
export class PackageListHttpController {
  readonly #packages: PackageListRepository;
  readonly #repositories: ReadableRepositoryService;

  constructor(packages: PackageListRepository, repositories: ReadableRepositoryService) {
    this.#packages = packages;
    this.#repositories = repositories;
  }

  /** The packages of a scope, and what the caller may do with them. npm asks for a user of that name after a 404. */
  @Get('org/:scope/package')
  @Filtered('read', 'lists only packages that the caller may read')
  async ofScope(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('scope') scope: string,
  ): Promise<Packages> {
    const { caller, repository } = await this.#asked(request);
    const found = await this.#packages.ofScope(repository.repositoryId, scope.replace(/^@/, ''));
    const seen = this.#repositories.readable(caller, repository, found);
    if (seen.length === 0) {
      throw new DomainError('not-found', 'npm.scope', 'This repository has no packages of that scope.');
    }
    reply.headers(forThisCallerOnly);
    return Object.fromEntries(
      seen.map(({ name, purl, visibility }) => [
        name,
        can(caller, 'publish', packageIn(repository, purl, visibility)).allowed ? 'write' : 'read',
      ]),
    );
  }

  /** The packages that somebody owns. */
  @Get('user/:user/package')
  @Filtered('read', 'lists only packages that the caller may read')
  async ofUser(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('user') user: string,
  ): Promise<Packages> {
    const { caller, repository } = await this.#asked(request);
    const found = await this.#packages.ofUser(repository.repositoryId, user.replace(/^~/, ''));
    const seen = this.#repositories.readable(caller, repository, found);
    reply.headers(forThisCallerOnly);
    return Object.fromEntries(seen.map(({ name }) => [name, 'write']));
  }

  async #asked(request: FastifyRequest) {
    const caller = callerOf(request);
    const { repository: slug } = request.params as { readonly repository: string };
    return { caller, repository: await this.#repositories.find(caller, slug) };
  }
}
