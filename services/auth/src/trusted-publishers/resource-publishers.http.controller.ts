import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import { actorOfRequest } from '@waybill/audit';
import type { PublisherId } from '@waybill/domain';
import { callerOf, Requires, StepUp } from '@waybill/edge';
import type { Page } from '@waybill/management-api';
import { decodeCursor, Documented, encodeCursor, etagOf, Idempotent, sendPage } from '@waybill/management-api';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ResourceQuery } from '../grants/grant.schema.js';
import { type FoundTarget, targetOf } from '../grants/grant-targets.service.js';
import { GrantedResource, grantedResourceOf } from '../grants/granted-resource.resource.js';
import type { InOrganization } from '../teams/teams.service.js';
import { PublisherChanges } from './publisher-changes.service.js';
import { refOf } from './publisher-ref.js';
import { PublisherRegistration } from './publisher-registration.service.js';
import { saidRule } from './said-rule.js';
import { ruleOf } from './publisher-words.schema.js';
import { registrationErrors, registrationHelp } from './trusted-publishers.documentation.js';
import { TrustedPublishersReader } from './trusted-publishers.reader.js';
import type { TrustedPublisherView } from './trusted-publishers.schema.js';
import {
  PublisherOnResourceBody,
  trustedPublisherCursor,
  trustedPublisherPage,
  trustedPublisherView,
} from './trusted-publishers.schema.js';

const further = 'Each action that the publisher is to do there.';

/** Whose CI publishes one repository or package, for whoever manages access there and perhaps nowhere else. */
@Controller('api/v1/trusted-publishers')
export class ResourcePublishersHttpController {
  constructor(
    private readonly registration: PublisherRegistration,
    private readonly changes: PublisherChanges,
    private readonly reader: TrustedPublishersReader,
  ) {}

  @Get()
  @Requires('manage-access', GrantedResource)
  @Documented({
    summary: 'List the trusted publishers that reach a repository or a package',
    description: 'Also those of patterns of names and of whole repositories. What they are for elsewhere is left out.',
    returns: trustedPublisherPage,
  })
  async list(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query() { cursor, limit, repository }: ResourceQuery,
  ): Promise<Page<TrustedPublisherView>> {
    const after = decodeCursor(cursor, trustedPublisherCursor) as PublisherId | undefined;
    const found = await this.reader.listOn(placeOf(request, repository), { after, limit: limit + 1 });
    const items = found.slice(0, limit);
    return sendPage(request, reply, { items, next: found.length > limit ? encodeCursor(items.at(-1)?.id) : null });
  }

  @Post()
  @Requires('manage-access', GrantedResource, further)
  @StepUp()
  @Idempotent()
  @Documented({
    summary: 'Register a trusted publisher of a repository or a package',
    description: registrationHelp,
    returns: trustedPublisherView,
    errors: registrationErrors,
    etag: true,
  })
  async register(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query() { repository }: ResourceQuery,
    @Body() body: PublisherOnResourceBody,
  ): Promise<TrustedPublisherView> {
    const place = placeOf(request, repository);
    const wish = { rule: ruleOf(saidRule(body)), actions: body.actions ?? ['publish' as const], targets: [place] };
    return this.#show(request, reply, place, await this.registration.register(whereOf(request), wish));
  }

  @Get(':publisher')
  @Requires('manage-access', GrantedResource)
  @Documented({
    summary: 'Get a trusted publisher that reaches a repository or a package',
    returns: trustedPublisherView,
    etag: true,
  })
  async view(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('publisher') id: string,
    @Query() { repository }: ResourceQuery,
  ): Promise<TrustedPublisherView> {
    return this.#show(request, reply, placeOf(request, repository), refOf(request, id).publisherId);
  }

  @Patch(':publisher')
  @Requires('manage-access', GrantedResource, further)
  @StepUp()
  @Documented({
    summary: 'Change a trusted publisher that is for a repository or a package alone',
    description: 'One that is for others as well is changed by who manages access of the organization.',
    returns: trustedPublisherView,
    errors: [...registrationErrors, 'trusted-publisher.shared 409', 'etag.stale 412'],
    etag: true,
  })
  async change(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('publisher') id: string,
    @Query() { repository }: ResourceQuery,
    @Body() body: PublisherOnResourceBody,
  ): Promise<TrustedPublisherView> {
    const within = placeOf(request, repository);
    const ref = { ...refOf(request, id), within };
    const rule = (before: Parameters<typeof ruleOf>[1]) => ruleOf(saidRule(body), before);
    await this.changes.change(whereOf(request), ref, { rule, actions: body.actions });
    return this.#show(request, reply, within, ref.publisherId);
  }

  @Delete(':publisher')
  @HttpCode(204)
  @Requires('manage-access', GrantedResource, further)
  @StepUp()
  @Documented({
    summary: 'Take a trusted publisher away from a repository or a package',
    description: 'It goes on for what else it is for.',
    status: 204,
    errors: ['grant.beyond-own 403', 'etag.stale 412'],
  })
  async remove(
    @Req() request: FastifyRequest,
    @Param('publisher') id: string,
    @Query() { repository }: ResourceQuery,
  ): Promise<void> {
    await this.changes.remove(whereOf(request), { ...refOf(request, id), within: placeOf(request, repository) });
  }

  async #show(
    request: FastifyRequest,
    reply: FastifyReply,
    place: FoundTarget,
    publisherId: PublisherId,
  ): Promise<TrustedPublisherView> {
    const on = { organizationId: place.organizationId, place };
    const { view, version } = await this.reader.view(callerOf(request), on, publisherId);
    reply.header('etag', etagOf(version));
    return view;
  }
}

function placeOf(request: FastifyRequest, repository: string): FoundTarget {
  return targetOf(grantedResourceOf(request), repository);
}

function whereOf(request: FastifyRequest): InOrganization {
  const { organizationId } = grantedResourceOf(request);
  return { by: actorOfRequest(request), caller: callerOf(request), organizationId };
}
