import { Body, Controller, Delete, HttpCode, Put, Req } from '@nestjs/common';
import { callerOf, edgeContextOf, Filtered, Requires } from '@waybill/edge';
import { DomainError } from '@waybill/domain';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ReadableRepositoryService } from '@waybill/read-model';
import { parseNpmName, purlOf } from '../names/npm-name.js';
import { assertMay } from '../repositories/assert-may.js';
import type { NpmTarget } from '../repositories/npm-request.js';
import { npmTargetOf, PackageResolver, repositoryUrl } from '../repositories/npm-request.js';
import { StarService } from './star.service.js';

// pnpm sends both; which of them counts is the same.
const starred = z.object({ package: z.string().optional(), name: z.string().optional() });

/** pnpm's own routes for stars; npm sends them with `PUT /{pkg}`. */
@Controller('npm/:repository/-/user')
export class StarHttpController {
  readonly #stars: StarService;
  readonly #repositories: ReadableRepositoryService;

  constructor(stars: StarService, repositories: ReadableRepositoryService) {
    this.#stars = stars;
    this.#repositories = repositories;
  }

  @Put('v1/star')
  @HttpCode(200)
  @Filtered('read', 'stars the package that the body names, for the caller, who must be able to read it')
  async star(@Req() request: FastifyRequest, @Body() body: unknown): Promise<object> {
    await this.#stars.set(await this.#targetIn(request, body), true, edgeContextOf(request));
    return { ok: true };
  }

  @Delete('v1/star')
  @HttpCode(200)
  @Filtered('read', 'takes back the caller’s own star on the package that the body names')
  async unstar(@Req() request: FastifyRequest, @Body() body: unknown): Promise<object> {
    await this.#stars.set(await this.#targetIn(request, body), false, edgeContextOf(request));
    return { ok: true };
  }

  @Put('package/:package/star')
  @HttpCode(200)
  @Requires('read', PackageResolver)
  async starPackage(@Req() request: FastifyRequest): Promise<object> {
    await this.#stars.set(npmTargetOf(request), true, edgeContextOf(request));
    return { ok: true };
  }

  @Delete('package/:package/star')
  @HttpCode(200)
  @Requires('read', PackageResolver)
  async unstarPackage(@Req() request: FastifyRequest): Promise<object> {
    await this.#stars.set(npmTargetOf(request), false, edgeContextOf(request));
    return { ok: true };
  }

  async #targetIn(request: FastifyRequest, body: unknown): Promise<NpmTarget> {
    const { repository: slug } = request.params as { readonly repository: string };
    const parsed = starred.safeParse(body);
    const named = parsed.data?.package ?? parsed.data?.name;
    if (named === undefined) throw new DomainError('invalid', 'npm.document', 'The body must name a package.');
    const name = parseNpmName(named);
    const resource = await this.#repositories.packageIn(
      await this.#repositories.find(callerOf(request), slug),
      purlOf(name),
    );
    assertMay(callerOf(request), 'read', resource);
    return { name, resource, repositoryUrl: repositoryUrl(edgeContextOf(request).externalUrl, slug) };
  }
}
