import { Body, Controller, Get, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import { callerOf, edgeContextOf, Filtered, Requires } from '@waybill/edge';
import type { FastifyReply, FastifyRequest } from 'fastify';
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
    const found = await this.#repositories.list(callerOf(request), after, limit);
    const last = found.at(-1);
    if (last !== undefined && found.length === limit) {
      reply.header('link', `</api/v1/repositories?after=${last.slug}&limit=${limit}>; rel="next"`);
    }
    return { items: found.map(viewOf) };
  }

  @Post()
  @Filtered('admin', 'needs admin on the organization that the body names')
  async create(@Req() request: FastifyRequest, @Body() body: CreateRepositoryBody): Promise<RepositoryView> {
    const { requestId } = edgeContextOf(request);
    const { slug, visibility } = body;
    const wanted = { slug, visibility, requestId };
    return viewOf(await this.#repositories.createIn(body.organization, wanted, callerOf(request)));
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
    const { requestId } = edgeContextOf(request);
    return viewOf(await this.#repositories.changeVisibility(slug, visibility, callerOf(request), requestId));
  }
}
