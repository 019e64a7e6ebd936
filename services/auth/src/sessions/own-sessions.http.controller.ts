import { Controller, Delete, Get, HttpCode, Param, Req } from '@nestjs/common';
import { actorOfRequest } from '@waybill/audit';
import { sessionId } from '@waybill/contracts';
import type { Principal, SessionId } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import { callerOf, Requires } from '@waybill/edge';
import { Documented, type Page, pageOf } from '@waybill/management-api';
import type { FastifyRequest } from 'fastify';
import { accountOf, OwnAccount } from '../users/account.resource.js';
import { sessionView, type SessionView, viewOfSession } from './sessions.schema.js';
import { SessionsService } from './sessions.service.js';

/** The browsers in which somebody is signed in. */
@Controller('api/v1/account/sessions')
export class OwnSessionsHttpController {
  constructor(private readonly sessions: SessionsService) {}

  @Get()
  @Requires('read', OwnAccount)
  @Documented({ summary: 'List your sessions', returns: pageOf(sessionView), operation: 'listOwnSessions' })
  async list(@Req() request: FastifyRequest): Promise<Page<SessionView>> {
    const current = sessionOf(callerOf(request));
    const found = await this.sessions.list(accountOf(request));
    // As many as one may have are one page.
    return { items: found.map((session) => viewOfSession(session, current)), next: null };
  }

  @Delete()
  @HttpCode(204)
  @Requires('admin', OwnAccount)
  @Documented({ summary: 'End all your sessions but this one', status: 204, operation: 'endOtherSessions' })
  async endOthers(@Req() request: FastifyRequest): Promise<void> {
    await this.sessions.endOthers(actorOfRequest(request), accountOf(request), sessionOf(callerOf(request)));
  }

  @Delete(':id')
  @HttpCode(204)
  @Requires('admin', OwnAccount)
  @Documented({ summary: 'End one of your sessions', status: 204, operation: 'endOwnSession' })
  async end(@Req() request: FastifyRequest, @Param('id') id: string): Promise<void> {
    await this.sessions.endOne(actorOfRequest(request), accountOf(request), parseSessionId(id));
  }
}

function sessionOf(caller: Principal): SessionId | undefined {
  return caller.kind === 'user' ? caller.sessionId : undefined;
}

function parseSessionId(text: string): SessionId {
  const parsed = sessionId.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new DomainError('not-found', 'not-found', 'That session was not found.');
}
