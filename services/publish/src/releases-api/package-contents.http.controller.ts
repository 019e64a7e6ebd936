import { Body, Controller, Delete, Get, HttpCode, Param, Put, Query, Req, Res } from '@nestjs/common';
import { DomainError } from '@waybill/domain';
import { callerOf, edgeContextOf, Requires } from '@waybill/edge';
import type { Page } from '@waybill/management-api';
import { Documented, pageOf, sendPage } from '@waybill/management-api';
import { IsString, Length } from 'class-validator';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { packageOf, PackageOfPath } from '../package-access/package-of-path.resource.js';
import { wishIn } from '../package-list/package-life.http.controller.js';
import { PackageQuery } from '../package-list/packages.schema.js';
import { PackagesService } from '../package-list/packages.service.js';
import { TagsService } from '../tags/tags.service.js';
import type { ListedReleaseView } from './releases.schema.js';
import { listedReleaseView, ReleasesQuery } from './releases.schema.js';
import { ReleasesService } from './releases.service.js';

const tagView = z.object({ tag: z.string(), version: z.string() });
type TagView = z.infer<typeof tagView>;
const tagsView = z.object({ items: z.array(tagView) });

class MoveTagBody {
  /** The version that it is to point at. */
  @IsString()
  @Length(1, 256)
  version!: string;
}

/** What is in a package. */
@Controller('api/v1/packages/:purl')
export class PackageContentsHttpController {
  readonly #releases: ReleasesService;
  readonly #packages: PackagesService;
  readonly #tags: TagsService;

  constructor(releases: ReleasesService, packages: PackagesService, tags: TagsService) {
    this.#releases = releases;
    this.#packages = packages;
    this.#tags = tags;
  }

  @Get('releases')
  @Requires('read', PackageOfPath)
  @Documented({
    summary: 'List the releases of a package',
    returns: pageOf(listedReleaseView),
    operation: 'listReleases',
  })
  async releases(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query() query: ReleasesQuery,
  ): Promise<Page<ListedReleaseView>> {
    return sendPage(request, reply, await this.#releases.list(callerOf(request), packageOf(request, query), query));
  }

  /** At most 200. */
  @Get('tags')
  @Requires('read', PackageOfPath)
  @Documented({ summary: 'List the tags of a package', returns: tagsView, operation: 'listTags' })
  async tags(@Req() request: FastifyRequest, @Query() query: PackageQuery): Promise<{ items: TagView[] }> {
    const { tags } = await this.#packages.view(packageOf(request, query));
    return { items: Object.entries(tags).map(([tag, version]) => ({ tag, version })) };
  }

  @Get('tags/:tag')
  @Requires('read', PackageOfPath)
  @Documented({ summary: 'Show where a tag points', returns: tagView, operation: 'getTag' })
  async tag(@Req() request: FastifyRequest, @Query() query: PackageQuery, @Param('tag') tag: string): Promise<TagView> {
    const { tags } = await this.#packages.view(packageOf(request, query));
    const version = Object.hasOwn(tags, tag) ? tags[tag] : undefined;
    if (version === undefined) throw new DomainError('not-found', 'tag.not-found', 'The tag was not found.');
    return { tag, version };
  }

  @Put('tags/:tag')
  @Requires('publish', PackageOfPath)
  @Documented({
    summary: 'Point a tag at a version',
    returns: tagView,
    errors: ['package.archived', 'package.deleted', 'version.not-found 404', 'tag.too-many 413'],
    operation: 'moveTag',
  })
  async move(
    @Req() request: FastifyRequest,
    @Query() query: PackageQuery,
    @Param('tag') tag: string,
    @Body() { version }: MoveTagBody,
  ): Promise<TagView> {
    assertTagName(tag);
    await this.#tags.move({ ...wishIn(request, query), tag, version, requestId: edgeContextOf(request).requestId });
    return { tag, version };
  }

  @Delete('tags/:tag')
  @HttpCode(204)
  @Requires('publish', PackageOfPath)
  @Documented({
    summary: 'Remove a tag',
    status: 204,
    errors: ['package.archived', 'package.deleted', 'tag.not-found 404'],
    operation: 'removeTag',
  })
  async remove(@Req() request: FastifyRequest, @Query() query: PackageQuery, @Param('tag') tag: string): Promise<void> {
    await this.#tags.remove({ ...wishIn(request, query), tag, requestId: edgeContextOf(request).requestId });
  }
}

function assertTagName(tag: string): void {
  if (tag.length >= 1 && tag.length <= 256) return;
  throw new DomainError('invalid', 'tag.text', 'No tag can have this name.');
}
