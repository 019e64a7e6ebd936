import { Body, Controller, Delete, Get, HttpCode, Param, Put, Query, Req, Res } from '@nestjs/common';
import { actorOfRequest } from '@waybill/audit';
import { DomainError } from '@waybill/domain';
import { callerOf, Requires, StepUp } from '@waybill/edge';
import type { Page } from '@waybill/management-api';
import { Documented, etagOf, requireMatch, sendPage } from '@waybill/management-api';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { organizationOf } from '../organizations/organization-of-body.resource.js';
import { OrganizationOfQuery } from '../organizations/organization-of-query.resource.js';
import { isForge } from '../source-links/source-link.entity.js';
import { isSourcePath } from '../source-links/source-link.schema.js';
import type { SourcePlace } from '../source-links/source-place.js';
import type { SourceRepositoryView } from './source-repositories.schema.js';
import {
  peopleIn,
  ReportSourceBody,
  SourceRepositoriesQuery,
  SourceRepositoryQuery,
  sourceRepositoryPage,
  sourceRepositoryView,
  viewOf,
} from './source-repositories.schema.js';
import { SourceRepositoriesService } from './source-repositories.service.js';
import type { SourceRepositoryEntity } from './source-repository.entity.js';

interface Named {
  readonly forge: string;
  readonly owner: string;
  readonly name: string;
}

/** The owner is one percent-encoded segment: groups of GitLab have slashes. */
@Controller('api/v1/source-repositories')
export class SourceRepositoriesHttpController {
  readonly #sources: SourceRepositoriesService;

  constructor(sources: SourceRepositoriesService) {
    this.#sources = sources;
  }

  @Get()
  @Requires('manage-access', OrganizationOfQuery)
  @Documented({
    summary: 'List what an organization has reported of its source repositories',
    returns: sourceRepositoryPage,
    operation: 'listSourceRepositories',
  })
  async list(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query() query: SourceRepositoriesQuery,
  ): Promise<Page<SourceRepositoryView>> {
    const { items, next } = await this.#sources.list(organizationOf(request), query);
    return sendPage(request, reply, { items: items.map(viewOf), next });
  }

  @Get(':forge/:owner/:name')
  @Requires('manage-access', OrganizationOfQuery)
  @Documented({
    summary: 'Show what was reported of a source repository',
    returns: sourceRepositoryView,
    etag: true,
    operation: 'getSourceRepository',
  })
  async view(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param() named: Named,
    @Query() query: SourceRepositoryQuery,
  ): Promise<SourceRepositoryView> {
    return send(reply, await this.#sources.view(organizationOf(request), placeIn(named, query)));
  }

  @Put(':forge/:owner/:name')
  @Requires('manage-access', OrganizationOfQuery, 'everything that a source may give, on the organization')
  @StepUp()
  @Documented({
    summary: 'Report who sees a source repository, and who does what in it',
    description:
      'For a job or a script that knows the forge. Packages of the organization that are linked to it and inherit are as visible ' +
      'from then on, and its people may do there what they may do here: `read` reads, `write` publishes and describes, `maintain` ' +
      'also yanks, deletes and restores. It replaces what was reported before.',
    returns: sourceRepositoryView,
    status: 200,
    etag: true,
    errors: [
      'source.person-unclear 400',
      'source.beyond-own 403',
      'source-repository.too-many 413',
      'package.not-announced 503',
    ],
    operation: 'reportSourceRepository',
  })
  async report(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param() named: Named,
    @Query() query: SourceRepositoryQuery,
    @Body() body: ReportSourceBody,
  ): Promise<SourceRepositoryView> {
    const reported = await this.#sources.report({
      organizationId: organizationOf(request),
      at: placeIn(named, query),
      forgeRepositoryId: body.repositoryId ?? null,
      visibility: body.visibility,
      people: peopleIn(body),
      caller: callerOf(request),
      by: actorOfRequest(request),
      match: matchIn(request),
    });
    return send(reply, reported);
  }

  @Delete(':forge/:owner/:name')
  @HttpCode(204)
  @Requires('manage-access', OrganizationOfQuery)
  @StepUp()
  @Documented({
    summary: 'Forget what was reported of a source repository',
    description: 'What it gave to people ends. Packages stay as visible as they are.',
    status: 204,
    operation: 'forgetSourceRepository',
  })
  async forget(
    @Req() request: FastifyRequest,
    @Param() named: Named,
    @Query() query: SourceRepositoryQuery,
  ): Promise<void> {
    const options = { by: actorOfRequest(request), match: matchIn(request) };
    await this.#sources.forget(organizationOf(request), placeIn(named, query), options);
  }
}

function send(reply: FastifyReply, source: SourceRepositoryEntity): SourceRepositoryView {
  void reply.header('etag', etagOf(source.version));
  return viewOf(source);
}

function matchIn(request: FastifyRequest): (version: number | undefined) => void {
  return (version) => requireMatch(request, version ?? 0);
}

/** Errors: `invalid` `request.invalid` for a path that names no source repository. */
function placeIn({ forge, owner, name }: Named, { host }: SourceRepositoryQuery): SourcePlace {
  if (isForge(forge) && isSourcePath(owner) && isSourcePath(name)) return { forge, host, owner, name };
  const message = 'names no repository of a forge';
  throw new DomainError('invalid', 'request.invalid', `The request is not usable: the path ${message}.`, {
    details: { errors: [{ field: 'path', code: 'field.invalid', message }] },
  });
}
