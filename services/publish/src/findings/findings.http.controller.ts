import { Body, Controller, Get, Param, Patch, Query, Req, Res } from '@nestjs/common';
import { actorOfRequest } from '@waybill/audit';
import { DomainError } from '@waybill/domain';
import { callerOf, Filtered, Requires } from '@waybill/edge';
import type { Page } from '@waybill/management-api';
import { Documented, etagOf, pageOf, requireMatch, rowsFormatOf, sendPage, sendRows } from '@waybill/management-api';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Readable } from 'node:stream';
import { FindingOfPath } from './finding-of-path.resource.js';
import type { FindingView } from './findings.schema.js';
import { findingColumns, FindingsQuery, findingView, JudgeFindingBody } from './findings.schema.js';
import { FindingsService } from './findings.service.js';

@Controller('api/v1/findings')
export class FindingsHttpController {
  readonly #findings: FindingsService;

  constructor(findings: FindingsService) {
    this.#findings = findings;
  }

  @Get()
  @Filtered('review-findings', 'lists only findings in packages that the caller may review')
  @Documented({
    summary: 'List what scans found',
    description: 'Newest first. As NDJSON or CSV (`Accept`, `?format=`) all of them at once, at most 100,000.',
    returns: pageOf(findingView),
    rows: findingView,
    operation: 'listFindings',
  })
  async list(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query() query: FindingsQuery,
  ): Promise<Page<FindingView> | Readable> {
    const caller = callerOf(request);
    if (caller.kind === 'anonymous') {
      throw new DomainError('unauthenticated', 'auth.required', 'You must sign in to do this.');
    }
    if (rowsFormatOf(request) !== undefined) {
      return sendRows(request, reply, this.#findings.rows(caller, query), findingColumns);
    }
    return sendPage(request, reply, await this.#findings.list(caller, query));
  }

  @Get(':findingId')
  @Requires('review-findings', FindingOfPath)
  @Documented({ summary: 'Show a finding', returns: findingView, etag: true, operation: 'getFinding' })
  async view(
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('findingId') findingId: string,
  ): Promise<FindingView> {
    const { view, version } = await this.#findings.view(findingId);
    void reply.header('etag', etagOf(version));
    return view;
  }

  @Patch(':findingId')
  @Requires('review-findings', FindingOfPath)
  @Documented({
    summary: 'Judge a finding',
    description: 'JSON merge patch (RFC 7396). It decides nothing about the release.',
    returns: findingView,
    etag: true,
    operation: 'judgeFinding',
  })
  async judge(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('findingId') findingId: string,
    @Body() body: JudgeFindingBody,
  ): Promise<FindingView> {
    await this.#findings.judge(findingId, body, {
      caller: callerOf(request),
      by: actorOfRequest(request),
      match: ({ version }) => requireMatch(request, version),
    });
    return this.view(reply, findingId);
  }
}
