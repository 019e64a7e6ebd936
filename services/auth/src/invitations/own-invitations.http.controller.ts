import { Body, Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { actorOfRequest } from '@waybill/audit';
import { Requires } from '@waybill/edge';
import { cutPage, decodeCursor, Documented, type Page, PageQuery, sendPage } from '@waybill/management-api';
import { isUUID } from 'class-validator';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { accountOf, OwnAccount } from '../users/account.resource.js';
import { noSuchInvitation } from './invitation.rules.js';
import type { InvitationAnswer } from './invitation-answers.service.js';
import { InvitationAnswersService } from './invitation-answers.service.js';
import { invitationPlace } from './invitations.repository.js';
import { AnswerInvitationBody, invitationPage, type InvitationView, viewOfInvitation } from './invitations.schema.js';
import { placeOfInvitation } from './organization-invitations.http.controller.js';

const answerErrors = [
  'invitation.secret-needed 403',
  'invitation.other-email 403',
  'invitation.answered',
  'invitation.revoked 410',
  'invitation.expired 410',
];

/** The invitations that somebody got. */
@Controller('api/v1/invitations')
export class OwnInvitationsHttpController {
  constructor(private readonly answers: InvitationAnswersService) {}

  @Get()
  @Requires('read', OwnAccount)
  @Documented({ summary: 'List your invitations', returns: invitationPage, operation: 'listOwnInvitations' })
  async list(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query() { cursor, limit }: PageQuery,
  ): Promise<Page<InvitationView>> {
    const after = decodeCursor(cursor, invitationPlace);
    const found = await this.answers.list(accountOf(request), { after, limit: limit + 1 });
    return sendPage(request, reply, cutPage(found, limit, { placeOf: placeOfInvitation, viewOf: viewOfInvitation }));
  }

  @Post(':id/accept')
  @HttpCode(204)
  @Requires('admin', OwnAccount)
  @Documented({
    summary: 'Accept an invitation',
    description: 'One that came by e-mail needs its secret, and an account whose verified address is that one.',
    status: 204,
    errors: [...answerErrors, 'invitation.void 410', 'membership.exists', 'membership.too-many'],
  })
  async accept(
    @Req() request: FastifyRequest,
    @Param('id') id: string,
    @Body() { secret }: AnswerInvitationBody,
  ): Promise<void> {
    await this.answers.accept(answerOf(request, id, secret));
  }

  @Post(':id/decline')
  @HttpCode(204)
  @Requires('admin', OwnAccount)
  @Documented({ summary: 'Decline an invitation', status: 204, errors: answerErrors })
  async decline(
    @Req() request: FastifyRequest,
    @Param('id') id: string,
    @Body() { secret }: AnswerInvitationBody,
  ): Promise<void> {
    await this.answers.decline(answerOf(request, id, secret));
  }
}

function answerOf(request: FastifyRequest, id: string, secret: string | undefined): InvitationAnswer {
  if (!isUUID(id)) throw noSuchInvitation();
  return { by: actorOfRequest(request), userId: accountOf(request), invitationId: id, secret };
}
