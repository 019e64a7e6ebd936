import { Body, Controller, Get, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import { actorOfRequest } from '@waybill/audit';
import { callerOf, Filtered, Requires } from '@waybill/edge';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { OrganizationOfBody, organizationOf } from './organization-of-body.resource.js';
import type { RepositoryView } from './repositories.schema.js';
import { ChangeRepositoryBody, CreateRepositoryBody, RepositoriesQuery, viewOf } from './repositories.schema.js';
import { RepositoriesService } from './repositories.service.js';
import { RepositoryOfPath } from './repository-of-path.resource.js';

@Controller('api/v1/repositories')
export class RepositoriesHttpController {
  readonly #repositories: RepositoriesService;

  constructor(repositories: RepositoriesService) {
    this.#repositories = repositories;
  }

  @Get()
  @Filtered('read', 'lists only repositories that the caller may read')
  async list(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query() { after, limit }: RepositoriesQuery,
  ): Promise<{ items: RepositoryView[] }> {
    const { items, next } = await this.#repositories.list(callerOf(request), after, limit);
    if (next !== undefined) {
      reply.header('link', `</api/v1/repositories?after=${next}&limit=${limit}>; rel="next"`);
    }
    return { items: items.map(viewOf) };
  }

  @Post()
  @Requires('admin', OrganizationOfBody)
  async create(@Req() request: FastifyRequest, @Body() body: CreateRepositoryBody): Promise<RepositoryView> {
    const { slug, visibility } = body;
    const organizationId = organizationOf(request);
    const by = actorOfRequest(request);
    return viewOf(await this.#repositories.create({ slug, visibility, organizationId, by }));
  }

  @Get(':slug')
  @Requires('read', RepositoryOfPath)
  async view(@Param('slug') slug: string): Promise<RepositoryView> {
    return viewOf(await this.#repositories.view(slug));
  }

  @Patch(':slug')
  @Requires('admin', RepositoryOfPath)
  async change(
    @Req() request: FastifyRequest,
    @Param('slug') slug: string,
    @Body() { visibility }: ChangeRepositoryBody,
  ): Promise<RepositoryView> {
    return viewOf(await this.#repositories.changeVisibility(slug, visibility, actorOfRequest(request)));
  }
}
