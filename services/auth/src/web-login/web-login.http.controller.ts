import { Body, Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import { OpenToEverybody } from '@waybill/edge';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isFromOwnForm } from './own-form.rules.js';
import { answer, sendAnswer, visitorOf } from './page-answer.js';
import { webLoginForm } from './web-login-form.schema.js';
import { expiredPage, foreignPage } from './web-login.pages.js';
import { WebLoginPage } from './web-login.page.service.js';

@Controller('login')
export class WebLoginHttpController {
  constructor(private readonly page: WebLoginPage) {}

  @Get(':login')
  @OpenToEverybody('Whoever has the address may see what waits there; it asks for a password or a session.')
  async show(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('login') login: string,
  ): Promise<string> {
    return sendAnswer(reply, await this.page.show(login, visitorOf(request)));
  }

  @Post(':login')
  @OpenToEverybody('Takes a password, or acts for the session that the request came with, from a form of our own page.')
  async act(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('login') login: string,
    @Body() body: unknown,
  ): Promise<string> {
    const visitor = visitorOf(request);
    if (!isFromOwnForm(request.headers, visitor.externalUrl)) {
      return sendAnswer(reply, answer(403, foreignPage()));
    }
    const form = webLoginForm.safeParse(body);
    if (!form.success) return sendAnswer(reply, answer(400, expiredPage()));
    return sendAnswer(reply, await this.page.act(login, form.data, visitor));
  }
}
