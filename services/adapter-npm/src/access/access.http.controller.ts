import { Body, Controller, Get, HttpCode, Post, Query, Req, Res } from '@nestjs/common';
import { listCollaborators } from '@waybill/contracts';
import { callerOf, documentCaching, edgeContextOf, forThisCallerOnly, Requires } from '@waybill/edge';
import { RequestClient } from '@waybill/messaging';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { StoredPackageService } from '../package-document/stored-package.service.js';
import { npmTargetOf, PackageResolver } from '../repositories/npm-request.js';
import { accessOf, wantedAccess } from './access.rules.js';
import { AccessService } from './access.service.js';

/** `npm access` about one package. */
@Controller('npm/:repository/-/package/:package')
export class AccessHttpController {
  readonly #requests: RequestClient;
  readonly #access: AccessService;
  readonly #stored: StoredPackageService;

  constructor(requests: RequestClient, access: AccessService, stored: StoredPackageService) {
    this.#requests = requests;
    this.#access = access;
    this.#stored = stored;
  }

  @Get('collaborators')
  @Requires('metadata', PackageResolver)
  async collaborators(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query('user') user: unknown,
  ): Promise<object> {
    const target = npmTargetOf(request);
    await this.#stored.load(target);
    const { organizationId, repositoryId, purl: packagePurl } = target.resource;
    const asked = { principal: callerOf(request), organizationId, repositoryId, packagePurl };
    const { collaborators } = await this.#requests.ask(listCollaborators, asked);
    const shown = collaborators.filter(({ username }) => typeof user !== 'string' || username === user);
    reply.headers(forThisCallerOnly);
    if (isPnpm(request)) {
      return shown.map(({ username, permission }) => ({ user: username, permissions: permissionWords[permission] }));
    }
    return Object.fromEntries(shown.map(({ username, permission }) => [username, permission]));
  }

  /** `pnpm access get status`; npm asks for `visibility`. */
  @Get('access')
  @Requires('read', PackageResolver)
  async status(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    const target = npmTargetOf(request);
    await this.#stored.load(target);
    reply.headers(documentCaching(target.resource.visibility));
    return { access: accessOf(target.resource.visibility), publish_requires_tfa: false };
  }

  /** `npm access set status=private`; answered when no gateway gives anybody what it kept for others (security.md A9). */
  @Post('access')
  @HttpCode(200)
  @Requires('manage-access', PackageResolver)
  async change(@Req() request: FastifyRequest, @Body() body: unknown): Promise<object> {
    const target = npmTargetOf(request);
    await this.#stored.load(target);
    const wanted = wantedAccess(body);
    if (wanted !== undefined) await this.#access.set(target, wanted, edgeContextOf(request));
    return { ok: true };
  }
}

const permissionWords = { read: 'read-only', write: 'read-write' } as const;

// pnpm reads a list where npm reads an object, and asks in the same words.
function isPnpm(request: FastifyRequest): boolean {
  return /^pnpm\//.test(request.headers['user-agent'] ?? '');
}
