import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import { actorOfRequest } from '@waybill/audit';
import type { PublisherId } from '@waybill/domain';
import { callerOf, Requires, StepUp } from '@waybill/edge';
import type { Page } from '@waybill/management-api';
import { decodeCursor, Documented, encodeCursor, etagOf, Idempotent, sendPage } from '@waybill/management-api';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FoundTarget } from '../grants/grant-targets.service.js';
import { GrantTargets } from '../grants/grant-targets.service.js';
import { OrganizationOfPath, organizationOf } from '../organizations/organization.resource.js';
import { OrganizationsService } from '../organizations/organizations.service.js';
import type { InOrganization } from '../teams/teams.service.js';
import { PublisherChanges } from './publisher-changes.service.js';
import { placesOf } from './publisher-place.schema.js';
import { refOf } from './publisher-ref.js';
import { PublisherRegistration } from './publisher-registration.service.js';
import { saidRule } from './said-rule.js';
import { ruleOf } from './publisher-words.schema.js';
import { registrationErrors, registrationHelp } from './trusted-publishers.documentation.js';
import { TrustedPublishersReader } from './trusted-publishers.reader.js';
import type { TrustedPublisherView } from './trusted-publishers.schema.js';
import {
  ChangePublisherBody,
  RegisterPublisherBody,
  trustedPublisherCursor,
  trustedPublisherPage,
  TrustedPublishersQuery,
  trustedPublisherView,
} from './trusted-publishers.schema.js';

const further = 'Each action that the publisher is to do, and `manage-access`, on everything that it is for.';

/** Whose CI publishes what of an organization. */
@Controller('api/v1/orgs/:organization/trusted-publishers')
export class TrustedPublishersHttpController {
  constructor(
    private readonly registration: PublisherRegistration,
    private readonly changes: PublisherChanges,
    private readonly reader: TrustedPublishersReader,
    private readonly targets: GrantTargets,
    private readonly organizations: OrganizationsService,
  ) {}

  @Get()
  @Requires('manage-access', OrganizationOfPath)
  @Documented({ summary: 'List the trusted publishers of an organization', returns: trustedPublisherPage })
  async list(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query() { cursor, limit, ...filters }: TrustedPublishersQuery,
  ): Promise<Page<TrustedPublisherView>> {
    const after = decodeCursor(cursor, trustedPublisherCursor) as PublisherId | undefined;
    const found = await this.reader.list(organizationOf(request), filters, { after, limit: limit + 1 });
    const items = found.slice(0, limit);
    return sendPage(request, reply, { items, next: found.length > limit ? encodeCursor(items.at(-1)?.id) : null });
  }

  @Post()
  @Requires('manage-access', OrganizationOfPath, further)
  @StepUp()
  @Idempotent()
  @Documented({
    summary: 'Register a trusted publisher',
    description: registrationHelp,
    returns: trustedPublisherView,
    errors: registrationErrors,
    etag: true,
  })
  async register(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Body() body: RegisterPublisherBody,
  ): Promise<TrustedPublisherView> {
    const rule = ruleOf(saidRule(body));
    const targets = await this.#targetsOf(request, body.on);
    const wish = { rule, actions: body.actions ?? ['publish' as const], targets };
    return this.#show(request, reply, await this.registration.register(inOrganization(request), wish));
  }

  @Get(':publisher')
  @Requires('manage-access', OrganizationOfPath)
  @Documented({ summary: 'Get a trusted publisher', returns: trustedPublisherView, etag: true })
  async view(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('publisher') id: string,
  ): Promise<TrustedPublisherView> {
    return this.#show(request, reply, refOf(request, id).publisherId);
  }

  @Patch(':publisher')
  @Requires('manage-access', OrganizationOfPath, further)
  @StepUp()
  @Documented({
    summary: 'Change a trusted publisher',
    description:
      'What was minted for it before ends. Pinned ids stay, unless the repository is another one or `pinned` is said.',
    returns: trustedPublisherView,
    errors: [...registrationErrors, 'etag.stale 412'],
    etag: true,
  })
  async change(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('publisher') id: string,
    @Body() body: ChangePublisherBody,
  ): Promise<TrustedPublisherView> {
    const ref = refOf(request, id);
    const targets = body.on === undefined ? undefined : await this.#targetsOf(request, body.on);
    const { actions } = body;
    const rule = (before: Parameters<typeof ruleOf>[1]) => ruleOf(saidRule(body), before);
    await this.changes.change(inOrganization(request), ref, { rule, actions, targets });
    return this.#show(request, reply, ref.publisherId);
  }

  @Delete(':publisher')
  @HttpCode(204)
  @Requires('manage-access', OrganizationOfPath, further)
  @StepUp()
  @Documented({
    summary: 'End a trusted publisher, and what was minted for it',
    status: 204,
    errors: ['grant.beyond-own 403', 'etag.stale 412'],
  })
  async remove(@Req() request: FastifyRequest, @Param('publisher') id: string): Promise<void> {
    await this.changes.remove(inOrganization(request), refOf(request, id));
  }

  async #targetsOf(request: FastifyRequest, said: unknown): Promise<FoundTarget[]> {
    const places = placesOf(said);
    const organization = await this.organizations.view(organizationOf(request));
    const found: FoundTarget[] = [];
    for (const place of places) found.push(await this.targets.find(callerOf(request), organization, place));
    return found;
  }

  async #show(request: FastifyRequest, reply: FastifyReply, publisherId: PublisherId): Promise<TrustedPublisherView> {
    const on = { organizationId: organizationOf(request) };
    const { view, version } = await this.reader.view(callerOf(request), on, publisherId);
    reply.header('etag', etagOf(version));
    return view;
  }
}

function inOrganization(request: FastifyRequest): InOrganization {
  return { by: actorOfRequest(request), caller: callerOf(request), organizationId: organizationOf(request) };
}
