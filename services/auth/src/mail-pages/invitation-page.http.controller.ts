import { Body, Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import { actorOfRequest } from '@waybill/audit';
import { edgeContextOf, OpenToEverybody } from '@waybill/edge';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isFromOwnForm } from '../web-login/own-form.rules.js';
import { answer, sendAnswer, visitorOf } from '../web-login/page-answer.js';
import { foreignFormPage } from './account-link.pages.js';
import { InvitationPage } from './invitation.page.service.js';
import { invitationForm } from './mail-pages.schema.js';

/** The page that the mail of an invitation leads to. */
@Controller('login/invitation')
export class InvitationPageHttpController {
  constructor(private readonly page: InvitationPage) {}

  @Get(':id')
  @OpenToEverybody('Asks for a password or a session; who is not signed in sees the same for every address.')
  async show(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('id') id: string,
  ): Promise<string> {
    return sendAnswer(reply, await this.page.show(id, visitorOf(request)));
  }

  @Post(':id')
  @OpenToEverybody('Takes a password, or acts for the session that the request came with, from a form of our own page.')
  async act(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('id') id: string,
    @Body() body: unknown,
  ): Promise<string> {
    const visitor = visitorOf(request);
    const form = invitationForm.safeParse(body);
    if (!isFromOwnForm(request.headers, visitor.externalUrl)) return sendAnswer(reply, answer(403, foreignFormPage()));
    if (!form.success) return sendAnswer(reply, answer(400, foreignFormPage()));
    const { requestId } = edgeContextOf(request);
    return sendAnswer(
      reply,
      await this.page.act(id, form.data, { ...visitor, by: actorOfRequest(request), requestId }),
    );
  }
}
