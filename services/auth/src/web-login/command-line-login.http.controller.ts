import { Body, Controller, HttpCode, Post, Req } from '@nestjs/common';
import { edgeContextOf, OpenToEverybody } from '@waybill/edge';
import { Documented } from '@waybill/management-api';
import type { FastifyRequest } from 'fastify';
import type { PolledWebLoginView, StartedWebLoginView } from './command-line-login.schema.js';
import {
  PollWebLoginBody,
  polledWebLoginView,
  StartWebLoginBody,
  startedWebLoginView,
} from './command-line-login.schema.js';
import { WebLogins } from './web-logins.service.js';

/** Logins of the command line `waybill`, confirmed in a browser like those of package clients. */
@Controller('api/v1/web-logins')
export class CommandLineLoginHttpController {
  constructor(private readonly logins: WebLogins) {}

  @Post()
  @OpenToEverybody('Begins a login that gives nothing before a person has confirmed it; bounded per address.')
  @Documented({
    summary: 'Begin a login that a person confirms in a browser',
    returns: startedWebLoginView,
    errors: ['auth.too-many-logins 429'],
    operation: 'startWebLogin',
  })
  async start(
    @Req() request: FastifyRequest,
    @Body() { description, wish }: StartWebLoginBody,
  ): Promise<StartedWebLoginView> {
    const { clientAddress, externalUrl } = edgeContextOf(request);
    const { loginPath, pollSecret, expiresAt } = await this.logins.start({ description, wish, clientAddress });
    return { loginUrl: `${externalUrl}${loginPath}`, pollSecret, expiresAt: expiresAt.toISOString() };
  }

  @Post('poll')
  @HttpCode(200)
  @OpenToEverybody('Tells who began a login, and knows its secret, whether it is confirmed.')
  @Documented({
    summary: 'Ask whether it is confirmed',
    returns: polledWebLoginView,
    status: 200,
    operation: 'pollWebLogin',
  })
  poll(@Body() { pollSecret }: PollWebLoginBody): Promise<PolledWebLoginView> {
    return this.logins.poll(pollSecret);
  }
}
