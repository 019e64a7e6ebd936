import { Readable } from 'node:stream';
import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { actorOfRequest } from '@waybill/audit';
import { Requires } from '@waybill/edge';
import { Documented, sendRows } from '@waybill/management-api';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { chainOf, ChainOfQuery } from '../chains/chain-of-query.resource.js';
import { auditEventColumns, auditEventView, filterOf } from '../entries/entries.schema.js';
import { batchOf, cloudEventOf, cloudEventsMediaType, cloudEventView } from './cloud-event.rules.js';
import { assertUnfiltered, ExportAuditQuery } from './export.schema.js';
import { ExportSlots } from './export-slots.js';
import { ExportService } from './export.service.js';

@Controller('api/v1/audit/export')
export class ExportHttpController {
  readonly #export: ExportService;

  readonly #slots: ExportSlots;

  constructor(exporting: ExportService, slots: ExportSlots) {
    this.#export = exporting;
    this.#slots = slots;
  }

  @Get()
  @Requires('audit', ChainOfQuery)
  @Documented({
    summary: 'Export an audit chain',
    description:
      '`ndjson` (the default) is the whole chain, oldest first, with positions, hashes and a signed checkpoint: `waybill audit verify` checks it offline. `csv` and `cloudevents` take the filters of the list.',
    rows: auditEventView,
    alternatives: { [cloudEventsMediaType]: z.array(cloudEventView) },
    operation: 'exportAudit',
    errors: ['audit.export-filtered 400', 'audit.exports-too-many 429'],
  })
  get(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query() query: ExportAuditQuery,
  ): Readable {
    const { userId, actor } = actorOfRequest(request);
    // A person's tokens are all of one person.
    return this.#slots.hold(userId ?? actor, () => this.#begin(request, reply, query));
  }

  #begin(request: FastifyRequest, reply: FastifyReply, query: ExportAuditQuery): Readable {
    const chain = chainOf(request);
    const filter = filterOf(query);
    reply.header(
      'content-disposition',
      `attachment; filename="waybill-audit-${chain}.${extensions[query.format ?? 'ndjson']}"`,
    );
    if (query.format === 'csv') {
      return sendRows(request, reply, this.#export.events(chain, filter), auditEventColumns);
    }
    if (query.format === 'cloudevents') {
      reply.header('content-type', `${cloudEventsMediaType}; charset=utf-8`);
      return textOf(batchOf(mapped(this.#export.events(chain, filter), cloudEventOf)));
    }
    assertUnfiltered(filter);
    reply.header('content-type', 'application/x-ndjson; charset=utf-8');
    return textOf(this.#export.verifiable(chain));
  }
}

const extensions = { ndjson: 'ndjson', csv: 'csv', cloudevents: 'json' } as const;

function textOf(parts: AsyncIterable<string>): Readable {
  return Readable.from(parts, { objectMode: false });
}

async function* mapped<From, To>(items: AsyncIterable<From>, map: (item: From) => To): AsyncGenerator<To> {
  for await (const item of items) yield map(item);
}
