import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { actorOfRequest } from '@waybill/audit';
import { callerOf, edgeContextOf, Requires, StepUp } from '@waybill/edge';
import { cutPage, decodeCursor, Documented, Idempotent, type Page, PageQuery, sendPage } from '@waybill/management-api';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isUUID } from 'class-validator';
import { OrganizationOfPath, organizationOf } from '../organizations/organization.resource.js';
import { noSuchInvitation } from './invitation.rules.js';
import { invitationPlace, type ListedInvitation } from './invitations.repository.js';
import {
  InviteBody,
  invitationPage,
  invitationView,
  type InvitationView,
  viewOfInvitation,
} from './invitations.schema.js';
import { InvitationsService } from './invitations.service.js';

@Controller('api/v1/orgs/:organization/invitations')
export class OrganizationInvitationsHttpController {
  constructor(private readonly invitations: InvitationsService) {}

  @Post()
  @Requires('manage-access', OrganizationOfPath, 'an owner, to invite owners')
  @StepUp()
  @Idempotent()
  @Documented({
    summary: 'Invite somebody to an organization',
    description:
      'By username, or by e-mail where the installation sends mail. Whether there is such a username is not told.',
    returns: invitationView,
    operation: 'invite',
    errors: [
      'invitation.invitee 400',
      'membership.owners-only 403',
      'grant.beyond-own 403',
      'auth.step-up-required 403',
      'team.not-found 404',
      'membership.exists',
      'invitation.exists',
      'mail.not-configured',
      'invitation.too-many 429',
    ],
  })
  async invite(@Req() request: FastifyRequest, @Body() body: InviteBody): Promise<InvitationView> {
    const { username, email, role, teams, expiresInDays } = body;
    const invited = await this.invitations.invite({
      by: actorOfRequest(request),
      caller: callerOf(request),
      organizationId: organizationOf(request),
      username,
      email,
      role,
      teams,
      expiresInDays,
      externalUrl: edgeContextOf(request).externalUrl,
    });
    return viewOfInvitation(invited);
  }

  @Get()
  @Requires('manage-access', OrganizationOfPath)
  @Documented({ summary: 'List open invitations of an organization', returns: invitationPage })
  async list(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query() { cursor, limit }: PageQuery,
  ): Promise<Page<InvitationView>> {
    const after = decodeCursor(cursor, invitationPlace);
    const found = await this.invitations.list(organizationOf(request), { after, limit: limit + 1 });
    return sendPage(request, reply, cutPage(found, limit, { placeOf: placeOfInvitation, viewOf: viewOfInvitation }));
  }

  @Delete(':id')
  @HttpCode(204)
  @Requires('manage-access', OrganizationOfPath)
  @Documented({ summary: 'Revoke an invitation', status: 204, errors: ['invitation.answered'] })
  async revoke(@Req() request: FastifyRequest, @Param('id') id: string): Promise<void> {
    if (!isUUID(id)) throw noSuchInvitation();
    await this.invitations.revoke(actorOfRequest(request), organizationOf(request), id);
  }
}

export function placeOfInvitation({ createdAt, invitationId }: ListedInvitation): unknown {
  return { createdAt: createdAt.toISOString(), id: invitationId };
}
