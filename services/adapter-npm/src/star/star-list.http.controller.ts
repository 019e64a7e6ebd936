import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { callerOf, Filtered, forThisCallerOnly } from '@waybill/edge';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ReadableRepositoryService } from '@waybill/read-model';
import { signedIn } from '../repositories/assert-may.js';
import { StarService } from './star.service.js';

/** `npm stars`, `pnpm stars`: of a repository, what somebody starred and the caller may read. */
@Controller('npm/:repository/-')
export class StarListHttpController {
  readonly #stars: StarService;
  readonly #repositories: ReadableRepositoryService;

  constructor(stars: StarService, repositories: ReadableRepositoryService) {
    this.#stars = stars;
    this.#repositories = repositories;
  }

  /** CouchDB's view, with `key="alice"` in JSON. */
  @Get('_view/starredByUser')
  @Filtered('read', 'lists only packages that the caller may read')
  async view(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query('key') key: unknown,
  ): Promise<object> {
    const username = typeof key === 'string' ? key.replace(/^"(.*)"$/, '$1') : '';
    const names = await this.#namesOf(request, reply, username);
    return {
      total_rows: names.length,
      offset: 0,
      rows: names.map((name) => ({ id: name, key: username, value: name })),
    };
  }

  @Get('user/v1/star')
  @Filtered('read', 'lists the caller’s own stars')
  own(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<string[]> {
    return this.#namesOf(request, reply, signedIn(callerOf(request)).username);
  }

  @Get(['user/:user/stars', 'util/user/:user/stars'])
  @Filtered('read', 'lists only packages that the caller may read')
  ofUser(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('user') username: string,
  ): Promise<string[]> {
    return this.#namesOf(request, reply, username);
  }

  async #namesOf(request: FastifyRequest, reply: FastifyReply, username: string): Promise<string[]> {
    const caller = callerOf(request);
    const { repository: slug } = request.params as { readonly repository: string };
    const repository = await this.#repositories.find(caller, slug);
    const stars = await this.#stars.listOf(repository.repositoryId, username);
    const seen = this.#repositories.readable(caller, repository, stars);
    reply.headers(forThisCallerOnly);
    return seen.map(({ name }) => name);
  }
}
