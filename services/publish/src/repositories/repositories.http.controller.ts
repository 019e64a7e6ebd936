import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import { actorOfRequest } from '@waybill/audit';
import type { Principal } from '@waybill/domain';
import { can, refusal } from '@waybill/domain';
import { callerOf, Filtered, Requires, StepUp } from '@waybill/edge';
import type { Page } from '@waybill/management-api';
import { Documented, etagOf, Idempotent, pageOf, requireMatch, sendPage } from '@waybill/management-api';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { organizationOf } from '../organizations/organization-of-body.resource.js';
import { OrganizationOfNewRepository } from './organization-of-new-repository.resource.js';
import type { RepositoryView } from './repositories.schema.js';
import {
  ChangeRepositoryBody,
  CreateRepositoryBody,
  DeleteRepositoryBody,
  RepositoriesQuery,
  repositoryView,
  viewOf,
} from './repositories.schema.js';
import type { RepositoryWish } from './repositories.service.js';
import { RepositoriesService } from './repositories.service.js';
import { RepositoryDeletionsService } from './repository-deletions.service.js';
import type { RepositoryEntity } from './repository.entity.js';
import { RepositoryListService } from './repository-list.service.js';
import { OrganizationOfDeleted, RepositoryOfPath, RepositoryToDelete } from './repository-of-path.resource.js';

@Controller('api/v1/repositories')
export class RepositoriesHttpController {
  readonly #repositories: RepositoriesService;
  readonly #deletions: RepositoryDeletionsService;
  readonly #lists: RepositoryListService;

  constructor(repositories: RepositoriesService, deletions: RepositoryDeletionsService, lists: RepositoryListService) {
    this.#repositories = repositories;
    this.#deletions = deletions;
    this.#lists = lists;
  }

  @Get()
  @Filtered('read', 'lists only repositories that the caller may read, or restore')
  @Documented({ summary: 'List repositories', returns: pageOf(repositoryView), operation: 'listRepositories' })
  async list(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query() query: RepositoriesQuery,
  ): Promise<Page<RepositoryView>> {
    const { items, next } = await this.#lists.list(callerOf(request), query);
    return sendPage(request, reply, { items: items.map(viewOf), next });
  }

  @Post()
  @Requires('admin', OrganizationOfNewRepository, '`admin` on the installation with `takeOver`')
  @Idempotent()
  @Documented({
    summary: 'Create a repository',
    description:
      'The slug of a repository that was removed for good stays with its organization. `takeOver` gives it to another one; that needs `admin` on the installation.',
    returns: repositoryView,
    etag: true,
    errors: ['repository.exists', 'repository.deleted', 'slug.malformed 400'],
    operation: 'createRepository',
  })
  async create(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Body() { takeOver, ...wanted }: CreateRepositoryBody,
  ): Promise<RepositoryView> {
    const organizationId = organizationOf(request);
    const by = actorOfRequest(request);
    if (takeOver === true) assertInstallationAdmin(callerOf(request));
    return send(reply, await this.#repositories.create({ ...wanted, takeOver, organizationId, by }));
  }

  @Get(':slug')
  @Requires('read', RepositoryOfPath)
  @Documented({ summary: 'Show a repository', returns: repositoryView, etag: true, operation: 'getRepository' })
  async view(@Res({ passthrough: true }) reply: FastifyReply, @Param('slug') slug: string): Promise<RepositoryView> {
    return send(reply, await this.#repositories.view(slug));
  }

  @Patch(':slug')
  @Requires('admin', RepositoryOfPath)
  @Documented({
    summary: 'Change a repository',
    description: 'Of an archived repository everything is read, and nothing in it changes until it is unarchived.',
    returns: repositoryView,
    etag: true,
    errors: ['repository.not-announced 503'],
    operation: 'changeRepository',
  })
  async change(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('slug') slug: string,
    @Body() patch: ChangeRepositoryBody,
  ): Promise<RepositoryView> {
    return send(reply, await this.#repositories.change(slug, patch, wishOf(request)));
  }

  @Delete(':slug')
  @Requires('admin', RepositoryToDelete)
  @StepUp()
  @Documented({
    summary: 'Delete a repository',
    description: 'With everything in it. It can be restored for 30 days, and keeps its name for that long.',
    returns: repositoryView,
    errors: ['repository.not-confirmed 400', 'repository.deleted', 'repository.not-announced 503'],
    operation: 'deleteRepository',
  })
  async delete(
    @Req() request: FastifyRequest,
    @Param('slug') slug: string,
    @Body() { confirm }: DeleteRepositoryBody,
  ): Promise<RepositoryView> {
    return viewOf(await this.#deletions.delete(slug, confirm, wishOf(request)));
  }

  @Post(':slug/restore')
  @HttpCode(200)
  @Requires('restore', OrganizationOfDeleted)
  @Documented({
    summary: 'Restore a deleted repository',
    description:
      'With all packages and the very same bytes, within 30 days. Grants and deploy tokens do not come back.',
    returns: repositoryView,
    status: 200,
    etag: true,
    errors: ['repository.not-deleted', 'repository.purged 410', 'repository.not-announced 503'],
    operation: 'restoreRepository',
  })
  async restore(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('slug') slug: string,
  ): Promise<RepositoryView> {
    return send(reply, await this.#deletions.restore(slug, wishOf(request)));
  }
}

function send(reply: FastifyReply, repository: RepositoryEntity): RepositoryView {
  reply.header('etag', etagOf(repository.aggregateVersion));
  return viewOf(repository);
}

function assertInstallationAdmin(caller: Principal): void {
  const decision = can(caller, 'admin', { kind: 'installation' });
  if (!decision.allowed) throw refusal({ ...decision, because: 'known' }, 'takeOver');
}

function wishOf(request: FastifyRequest): RepositoryWish {
  return {
    caller: callerOf(request),
    by: actorOfRequest(request),
    assertCurrent: (version: number) => requireMatch(request, version),
  };
}
