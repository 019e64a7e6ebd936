import { Body, Controller, Delete, Get, HttpCode, Param, Put, Req, Res } from '@nestjs/common';
import { grantTeamPackage, listTeamGrants, revokeTeamPackage } from '@waybill/contracts';
import type { Action, Grant } from '@waybill/domain';
import { decisionOnMissing, DomainError, grantCovers, refusal } from '@waybill/domain';
import { callerOf, edgeContextOf, Filtered, forThisCallerOnly, OpenToEverybody } from '@waybill/edge';
import { RequestClient } from '@waybill/messaging';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ReadableRepositoryService, RepositoryRepository, packageIn } from '@waybill/read-model';
import { PackageListRepository } from '../access/package-list.repository.js';
import { parseNpmName } from '../names/npm-name.js';
import { StoredPackageService } from '../package-document/stored-package.service.js';
import { assertMay } from '../repositories/assert-may.js';
import { repositoryUrl, resourceNamed } from '../repositories/npm-request.js';
import { packageIn as packageInBody } from './team-name.rules.js';
import { namedTeam } from './team.http.controller.js';

/** `npm access grant | revoke | list packages <team>`: what a team of the repository's organization may do with its packages. */
@Controller('npm/:repository/-/team/:scope/:team/package')
export class TeamPackageHttpController {
  constructor(
    private readonly requests: RequestClient,
    private readonly repositories: RepositoryRepository,
    private readonly readable: ReadableRepositoryService,
    private readonly packages: PackageListRepository,
    private readonly stored: StoredPackageService,
  ) {}

  @Get()
  @Filtered('read', 'lists only packages that the caller may read')
  async list(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('repository') slug: string,
  ): Promise<Record<string, 'read' | 'write'>> {
    const named = namedTeam(request);
    const repository = await this.readable.find(named.principal, slug);
    const { grants } = await this.requests.ask(listTeamGrants, { ...named, repositoryId: repository.repositoryId });
    const all = grants.length === 0 ? [] : await this.packages.all(repository.repositoryId);
    const seen = this.readable.readable(named.principal, repository, all);
    reply.headers(forThisCallerOnly);
    return Object.fromEntries(
      seen.flatMap(({ name, purl, visibility }): [string, 'read' | 'write'][] => {
        const gives = (action: Action) => teamMay(grants, action, packageIn(repository, purl, visibility));
        if (gives('publish')) return [[name, 'write']];
        return gives('read') ? [[name, 'read']] : [];
      }),
    );
  }

  @Put()
  @HttpCode(200)
  @OpenToEverybody('asks for manage-access on the package that the body names; the service auth asks again')
  async grant(@Req() request: FastifyRequest, @Body() body: unknown): Promise<object> {
    const { permission } = packageInBody(body);
    if (permission === undefined) {
      throw new DomainError('invalid', 'npm.team', 'Permissions are read-only or read-write.');
    }
    await this.requests.ask(grantTeamPackage, { ...(await this.#managed(request, body)), permission });
    return {};
  }

  @Delete()
  @HttpCode(200)
  @OpenToEverybody('asks for manage-access on the package that the body names; the service auth asks again')
  async revoke(@Req() request: FastifyRequest, @Body() body: unknown): Promise<object> {
    await this.requests.ask(revokeTeamPackage, await this.#managed(request, body));
    return {};
  }

  /** The package that the body names, if the caller manages access to it. */
  async #managed(request: FastifyRequest, body: unknown) {
    const named = namedTeam(request);
    const { repository: slug = '' } = request.params as { readonly repository?: string };
    const name = parseNpmName(packageInBody(body).name);
    const resource = await resourceNamed(this.repositories, slug, name);
    if (resource?.kind !== 'package') throw missing(request);
    assertMay(named.principal, 'manage-access', resource);
    const { externalUrl } = edgeContextOf(request);
    await this.stored.load({ name, resource, repositoryUrl: repositoryUrl(externalUrl, slug) });
    const { organizationId, repositoryId, visibility, purl: packagePurl } = resource;
    return { ...named, organizationId, repositoryId, slug, visibility, packagePurl };
  }
}

/** What grants give by themselves, whoever has them: not what everybody may. */
function teamMay(grants: readonly Grant[], action: Action, resource: ReturnType<typeof packageIn>): boolean {
  return grants.some((grant) => grantCovers(grant, action, resource));
}

function missing(request: FastifyRequest): DomainError {
  const decision = decisionOnMissing(callerOf(request));
  if (decision.allowed) throw new Error('What is missing is allowed to nobody.');
  return refusal(decision, 'What you asked for');
}
