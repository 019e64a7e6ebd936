import { Body, Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import { callerOf, edgeContextOf, OpenToEverybody } from '@waybill/edge';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isFromOwnForm } from './own-form.rules.js';
import { webLoginForm } from './web-login-form.schema.js';
import { expiredPage, foreignPage, pageHeaders } from './web-login.pages.js';
import type { PageAnswer, PageVisitor } from './web-login.page.service.js';
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
    return send(reply, await this.page.show(login, visitorOf(request)));
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
      return send(reply, { status: 403, html: foreignPage(), headers: {} });
    }
    const form = webLoginForm.safeParse(body);
    if (!form.success) return send(reply, { status: 400, html: expiredPage(), headers: {} });
    return send(reply, await this.page.act(login, form.data, visitor));
  }
}

function visitorOf(request: FastifyRequest): PageVisitor {
  const { clientAddress, externalUrl } = edgeContextOf(request);
  return { caller: callerOf(request), clientAddress, client: request.headers['user-agent'], externalUrl };
}

function send(reply: FastifyReply, { status, html, headers }: PageAnswer): string {
  void reply.status(status).headers({ ...pageHeaders, ...headers });
  return html;
}
