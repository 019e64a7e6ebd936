import { Body, Controller, Delete, Get, HttpCode, Param, Put, Req, Res } from '@nestjs/common';
import { DomainError } from '@waybill/domain';
import { documentCaching, edgeContextOf, Requires } from '@waybill/edge';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { StoredPackageService } from '../package-document/stored-package.service.js';
import { personIn } from '../packument/packument.projector.js';
import { npmTargetOf, PackageResolver } from '../repositories/npm-request.js';
import { OwnersService } from './owners.service.js';
import { PackageOwnerRepository } from './package-owner.repository.js';

const added = z.object({ user: z.string().min(1).max(200) });

/** pnpm's own routes for owners; npm sends all of them with `PUT /{pkg}/-rev/{rev}`. */
@Controller('npm/:repository/-/package/:package/owners')
export class OwnersHttpController {
  readonly #owners: OwnersService;
  readonly #known: PackageOwnerRepository;
  readonly #stored: StoredPackageService;

  constructor(owners: OwnersService, known: PackageOwnerRepository, stored: StoredPackageService) {
    this.#owners = owners;
    this.#known = known;
    this.#stored = stored;
  }

  @Get()
  @Requires('read', PackageResolver)
  async list(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ username: string; email: string }[]> {
    const target = npmTargetOf(request);
    const { owners } = await this.#stored.load(target);
    const known = await this.#known.of(target.resource.repositoryId, target.resource.purl);
    const people = new Map(known.map((owner) => [owner.username, personIn(owner)]));
    reply.headers(documentCaching(target.resource.visibility));
    return owners.map((username) => ({ username, email: people.get(username)?.email ?? '' }));
  }

  /** Whether the caller may is decided by the service auth, which knows who owns the package. */
  @Put()
  @HttpCode(201)
  @Requires('read', PackageResolver, 'auth decides')
  async add(@Req() request: FastifyRequest, @Body() body: unknown): Promise<object> {
    const parsed = added.safeParse(body);
    if (!parsed.success) throw new DomainError('invalid', 'npm.owner', 'The body must name a user.');
    const target = npmTargetOf(request);
    const { owners: expected } = await this.#stored.load(target);
    const usernames = [...new Set([...expected, parsed.data.user])];
    await this.#owners.replace(target, { usernames, expected }, edgeContextOf(request));
    return { ok: 'owner added' };
  }

  @Delete(':user')
  @HttpCode(200)
  @Requires('read', PackageResolver, 'auth decides')
  async remove(@Req() request: FastifyRequest, @Param('user') user: string): Promise<object> {
    const target = npmTargetOf(request);
    const { owners: expected } = await this.#stored.load(target);
    if (!expected.includes(user)) throw new DomainError('not-found', 'npm.owner', 'That user is not an owner of it.');
    const usernames = expected.filter((username) => username !== user);
    await this.#owners.replace(target, { usernames, expected }, edgeContextOf(request));
    return { ok: 'owner removed' };
  }
}
