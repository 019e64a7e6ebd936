import { Body, Controller, Delete, Get, HttpCode, Param, Put, Query, Req, Res } from '@nestjs/common';
import { actorOfRequest } from '@waybill/audit';
import { callerOf, Requires, StepUp } from '@waybill/edge';
import type { Page } from '@waybill/management-api';
import {
  decodeCursor,
  Documented,
  encodeCursor,
  etagOf,
  parseField,
  requireMatch,
  sendPage,
} from '@waybill/management-api';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { notThere } from '../not-there.js';
import type { InOrganization } from '../teams/teams.service.js';
import { givenActions } from './given-actions.js';
import type { GrantId } from './grant.entity.js';
import type { GrantView } from './grant.schema.js';
import { GiveOnResourceBody, grantCursor, grantPage, grantSubject, grantView, ResourceQuery } from './grant.schema.js';
import { GrantedResource, grantedResourceOf } from './granted-resource.resource.js';
import { targetOf } from './grant-targets.service.js';
import { GrantsReader, isUuid } from './grants.reader.js';
import { GrantsService } from './grants.service.js';

/** What was given on one repository or package, for whoever manages access there and perhaps nowhere else. */
@Controller('api/v1/grants')
export class ResourceGrantsHttpController {
  constructor(
    private readonly grants: GrantsService,
    private readonly reader: GrantsReader,
  ) {}

  @Get()
  @Requires('manage-access', GrantedResource)
  @Documented({
    summary: 'List what was given on a repository and in it, or on a package',
    description: 'Also what people have by the source repositories of packages, which is told by `from`.',
    returns: grantPage,
  })
  async list(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query() { cursor, limit, repository }: ResourceQuery,
  ): Promise<Page<GrantView>> {
    const target = targetOf(grantedResourceOf(request), repository);
    const after = decodeCursor(cursor, grantCursor);
    const found = await this.reader.listOn(target, { after, limit: limit + 1 });
    const items = found.slice(0, limit);
    return sendPage(request, reply, { items, next: found.length > limit ? encodeCursor(items.at(-1)?.id) : null });
  }

  @Put()
  @Requires('manage-access', GrantedResource, 'everything that is given or taken')
  @StepUp()
  @Documented({
    summary: 'Give somebody exactly this on a repository or a package, whatever they had on it',
    description: 'A team can be named by who may see the organization.',
    returns: grantView,
    errors: ['grant.beyond-own 403', 'user.not-found 404', 'grant.too-many 409'],
    etag: true,
  })
  async set(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query() { repository }: ResourceQuery,
    @Body() body: GiveOnResourceBody,
  ): Promise<GrantView> {
    const target = targetOf(grantedResourceOf(request), repository);
    const wish = {
      subject: parseField(grantSubject, body.subject, 'body.subject'),
      actions: givenActions(body),
      target,
    };
    const { organizationId } = target;
    const grantId = await this.grants.give(whereOf(request), wish, { replace: true });
    const { view, version } = await this.reader.view(callerOf(request), { organizationId }, grantId);
    reply.header('etag', etagOf(version));
    return view;
  }

  @Delete(':grant')
  @HttpCode(204)
  @Requires('manage-access', GrantedResource, 'everything that is taken')
  @StepUp()
  @Documented({
    summary: 'Take a grant on exactly this repository or package back',
    status: 204,
    errors: ['grant.beyond-own 403', 'etag.stale 412'],
  })
  async take(
    @Req() request: FastifyRequest,
    @Param('grant') grantId: string,
    @Query() { repository }: ResourceQuery,
  ): Promise<void> {
    if (!isUuid(grantId)) throw notThere(callerOf(request));
    const within = targetOf(grantedResourceOf(request), repository);
    const requireVersion = (version: number) => requireMatch(request, version);
    await this.grants.take(whereOf(request), { grantId: grantId as GrantId, within, requireVersion });
  }
}

function whereOf(request: FastifyRequest): InOrganization {
  const { organizationId } = grantedResourceOf(request);
  return { by: actorOfRequest(request), caller: callerOf(request), organizationId };
}
