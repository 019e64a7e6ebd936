import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Req, Res } from '@nestjs/common';
import { DomainError } from '@waybill/domain';
import { documentCaching, edgeContextOf, Requires } from '@waybill/edge';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { PackumentService } from '../packument/packument.service.js';
import { npmTargetOf, PackageResolver } from '../repositories/npm-request.js';
import { DistTagsService } from './dist-tags.service.js';

@Controller('npm/:repository/-/package/:package/dist-tags')
export class DistTagsHttpController {
  readonly #packuments: PackumentService;
  readonly #distTags: DistTagsService;

  constructor(packuments: PackumentService, distTags: DistTagsService) {
    this.#packuments = packuments;
    this.#distTags = distTags;
  }

  @Get()
  @Requires('read', PackageResolver)
  list(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Record<string, string>> {
    const target = npmTargetOf(request);
    reply.headers(documentCaching(target.resource.visibility));
    return this.#packuments.findTags(target);
  }

  /** The body is a bare JSON string: `"1.0.0"`. */
  @Put(':tag')
  @HttpCode(201)
  @Requires('publish', PackageResolver)
  async move(@Req() request: FastifyRequest, @Param('tag') tag: string, @Body() version: unknown): Promise<object> {
    if (typeof version !== 'string' || version.length > 256) {
      throw new DomainError('invalid', 'npm.tag', 'The body must be a version as a JSON string.');
    }
    await this.#distTags.move(npmTargetOf(request), tag, version, edgeContextOf(request));
    return { ok: 'dist-tag added' };
  }

  /** Older clients: sets these tags and leaves the others. */
  @Post()
  @HttpCode(201)
  @Requires('publish', PackageResolver)
  async merge(@Req() request: FastifyRequest, @Body() body: unknown): Promise<object> {
    await this.#distTags.set(npmTargetOf(request), tagsIn(body), 'merge', edgeContextOf(request));
    return { ok: 'dist-tags updated' };
  }

  /** Older clients: these tags shall be all that there are, besides `latest`. */
  @Put()
  @HttpCode(201)
  @Requires('publish', PackageResolver)
  async replace(@Req() request: FastifyRequest, @Body() body: unknown): Promise<object> {
    await this.#distTags.set(npmTargetOf(request), tagsIn(body), 'replace', edgeContextOf(request));
    return { ok: 'dist-tags updated' };
  }

  @Delete(':tag')
  @HttpCode(200)
  @Requires('publish', PackageResolver)
  async remove(@Req() request: FastifyRequest, @Param('tag') tag: string): Promise<object> {
    await this.#distTags.remove(npmTargetOf(request), tag, edgeContextOf(request));
    return { ok: 'dist-tag removed' };
  }
}

const maxTags = 100;
const manyTags = z.record(z.string().max(256), z.string().max(256));

/** Errors: `invalid` `npm.tag`. */
function tagsIn(body: unknown): Record<string, string> {
  const parsed = manyTags.safeParse(body);
  if (parsed.success && Object.keys(parsed.data).length <= maxTags) return parsed.data;
  throw new DomainError(
    'invalid',
    'npm.tag',
    `The body must be an object of up to ${maxTags} tags and their versions.`,
  );
}
