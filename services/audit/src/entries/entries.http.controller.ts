import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { Requires } from '@waybill/edge';
import type { Page } from '@waybill/management-api';
import { decodeCursor, Documented, encodeCursor, pageOf, sendPage } from '@waybill/management-api';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { chainOf, ChainOfQuery } from '../chains/chain-of-query.resource.js';
import { EntriesService } from './entries.service.js';
import type { AuditEventView } from './entries.schema.js';
import { auditEventView, entriesCursor, EventsQuery, filterOf } from './entries.schema.js';
import { viewOfEntry } from './entry-view.rules.js';

@Controller('api/v1/audit/events')
export class EntriesHttpController {
  readonly #entries: EntriesService;

  constructor(entries: EntriesService) {
    this.#entries = entries;
  }

  @Get()
  @Requires('audit', ChainOfQuery)
  @Documented({
    summary: 'List who did what to what, newest first',
    description: 'Of the organization that `org` names, or of the installation itself.',
    returns: pageOf(auditEventView),
    operation: 'listAuditEvents',
  })
  async list(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query() query: EventsQuery,
  ): Promise<Page<AuditEventView>> {
    const below = decodeCursor(query.cursor, entriesCursor)?.below ?? Number.MAX_SAFE_INTEGER;
    const found = await this.#entries.page(chainOf(request), filterOf(query), below, query.limit);
    const last = found.length === query.limit ? found.at(-1) : undefined;
    const next = last === undefined ? null : encodeCursor({ below: last.position });
    return sendPage(request, reply, { items: found.map(viewOfEntry), next });
  }
}
