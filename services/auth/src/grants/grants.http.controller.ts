import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query, Req, Res } from '@nestjs/common';
import { actorOfRequest } from '@waybill/audit';
import { callerOf, Requires, StepUp } from '@waybill/edge';
import type { Page } from '@waybill/management-api';
import {
  decodeCursor,
  Documented,
  encodeCursor,
  etagOf,
  Idempotent,
  parseField,
  requireMatch,
  sendPage,
} from '@waybill/management-api';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { notThere } from '../not-there.js';
import { OrganizationOfPath, organizationOf } from '../organizations/organization.resource.js';
import { OrganizationsService } from '../organizations/organizations.service.js';
import type { InOrganization } from '../teams/teams.service.js';
import { givenActions } from './given-actions.js';
import type { GrantId } from './grant.entity.js';
import type { GrantView } from './grant.schema.js';
import {
  ChangeGrantBody,
  GiveBody,
  grantCursor,
  grantPage,
  grantPlace,
  GrantsQuery,
  grantSubject,
  grantView,
} from './grant.schema.js';
import { GrantTargets } from './grant-targets.service.js';
import { GrantsReader, isUuid } from './grants.reader.js';
import { GrantsService } from './grants.service.js';

const further = 'everything that is given or taken';
const roleSets = `Roles are named sets of actions. reader: read. publisher: read, publish, metadata. maintainer: those, yank, delete,
restore, review-findings, approve. admin: everything, other people's access included.`;
const givingErrors = ['grant.beyond-own 403', 'user.not-found 404', 'grant.pattern 400', 'grant.too-many 409'];

/** What an organization gives to teams, persons and service accounts besides their roles. */
@Controller('api/v1/orgs/:organization/grants')
export class GrantsHttpController {
  constructor(
    private readonly grants: GrantsService,
    private readonly reader: GrantsReader,
    private readonly targets: GrantTargets,
    private readonly organizations: OrganizationsService,
  ) {}

  @Get()
  @Requires('manage-access', OrganizationOfPath)
  @Documented({
    summary: 'List what an organization gives',
    description: 'Also what people have by the source repositories of packages, which is told by `from`.',
    returns: grantPage,
  })
  async list(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query() { cursor, limit, ...filters }: GrantsQuery,
  ): Promise<Page<GrantView>> {
    const organization = await this.organizations.view(organizationOf(request));
    const after = decodeCursor(cursor, grantCursor);
    const found = await this.reader.list(callerOf(request), organization, { filters, after, limit: limit + 1 });
    const items = found.slice(0, limit);
    return sendPage(request, reply, { items, next: found.length > limit ? encodeCursor(items.at(-1)?.id) : null });
  }

  @Post()
  @Requires('manage-access', OrganizationOfPath, further)
  @StepUp()
  @Idempotent()
  @Documented({
    summary: 'Give a team, a person or a service account something',
    description: `There is one grant for each subject and resource; the same again is success. ${roleSets}`,
    returns: grantView,
    errors: [...givingErrors, 'grant.exists 409'],
    etag: true,
  })
  async give(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Body() body: GiveBody,
  ): Promise<GrantView> {
    return this.#give(request, reply, { body, replace: false });
  }

  @Put()
  @Requires('manage-access', OrganizationOfPath, further)
  @StepUp()
  @Documented({
    summary: 'Give somebody exactly this on a resource, whatever they had on it',
    description: roleSets,
    returns: grantView,
    errors: givingErrors,
    etag: true,
  })
  async set(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Body() body: GiveBody,
  ): Promise<GrantView> {
    return this.#give(request, reply, { body, replace: true });
  }

  @Get(':grant')
  @Requires('manage-access', OrganizationOfPath)
  @Documented({ summary: 'Get a grant', returns: grantView, etag: true })
  async view(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('grant') grantId: string,
  ): Promise<GrantView> {
    return this.#show(request, reply, grantId);
  }

  @Put(':grant')
  @Requires('manage-access', OrganizationOfPath, further)
  @StepUp()
  @Documented({
    summary: 'Replace what a grant gives',
    returns: grantView,
    errors: ['grant.beyond-own 403', 'etag.stale 412'],
    etag: true,
  })
  async change(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('grant') grantId: string,
    @Body() body: ChangeGrantBody,
  ): Promise<GrantView> {
    await this.grants.change(inOrganization(request), wishOf(request, grantId), givenActions(body));
    return this.#show(request, reply, grantId);
  }

  @Delete(':grant')
  @HttpCode(204)
  @Requires('manage-access', OrganizationOfPath, further)
  @StepUp()
  @Documented({ summary: 'Take a grant back', status: 204, errors: ['grant.beyond-own 403', 'etag.stale 412'] })
  async take(@Req() request: FastifyRequest, @Param('grant') grantId: string): Promise<void> {
    await this.grants.take(inOrganization(request), wishOf(request, grantId));
  }

  async #give(
    request: FastifyRequest,
    reply: FastifyReply,
    { body, replace }: { readonly body: GiveBody; readonly replace: boolean },
  ): Promise<GrantView> {
    const actions = givenActions(body);
    const subject = parseField(grantSubject, body.subject, 'body.subject');
    const place = parseField(grantPlace, body.on, 'body.on');
    const organization = await this.organizations.view(organizationOf(request));
    const target = await this.targets.find(callerOf(request), organization, place);
    const grantId = await this.grants.give(inOrganization(request), { subject, target, actions }, { replace });
    return this.#show(request, reply, grantId);
  }

  async #show(request: FastifyRequest, reply: FastifyReply, grantId: string): Promise<GrantView> {
    const organization = await this.organizations.view(organizationOf(request));
    const { view, version } = await this.reader.view(callerOf(request), organization, grantId);
    reply.header('etag', etagOf(version));
    return view;
  }
}

function inOrganization(request: FastifyRequest): InOrganization {
  return { by: actorOfRequest(request), caller: callerOf(request), organizationId: organizationOf(request) };
}

function wishOf(request: FastifyRequest, grantId: string) {
  if (!isUuid(grantId)) throw notThere(callerOf(request));
  return {
    grantId: grantId as GrantId,
    requireVersion: (version: number) => {
      requireMatch(request, version);
    },
  };
}
