import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { Requires } from '@waybill/edge';
import type { Page } from '@waybill/management-api';
import { decodeCursor, Documented, encodeCursor, pageOf, sendPage } from '@waybill/management-api';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { chainOf, ChainOfQuery } from '../chains/chain-of-query.resource.js';
import type { CheckpointView } from './checkpoints.schema.js';
import { checkpointCursor, CheckpointsQuery, checkpointView, viewOfCheckpoint } from './checkpoints.schema.js';
import { CheckpointsService } from './checkpoints.service.js';

@Controller('api/v1/audit/checkpoints')
export class CheckpointsHttpController {
  readonly #checkpoints: CheckpointsService;

  constructor(checkpoints: CheckpointsService) {
    this.#checkpoints = checkpoints;
  }

  @Get()
  @Requires('audit', ChainOfQuery)
  @Documented({
    summary: 'List the signed checkpoints of an audit chain, newest first',
    returns: pageOf(checkpointView),
  })
  async list(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query() { limit, cursor }: CheckpointsQuery,
  ): Promise<Page<CheckpointView>> {
    const below = decodeCursor(cursor, checkpointCursor)?.below ?? Number.MAX_SAFE_INTEGER;
    const { checkpoints, next } = await this.#checkpoints.list(chainOf(request), below, limit);
    const cursorOfNext = next === undefined ? null : encodeCursor({ below: next });
    return sendPage(request, reply, { items: checkpoints.map(viewOfCheckpoint), next: cursorOfNext });
  }
}
