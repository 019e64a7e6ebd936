import type { Readable } from 'node:stream';
import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { tokenId } from '@waybill/contracts';
import { Requires } from '@waybill/edge';
import type { Page } from '@waybill/management-api';
import {
  decodeCursor,
  Documented,
  encodeCursor,
  pageOf,
  rowsFormatOf,
  sendPage,
  sendRows,
  sentTime,
} from '@waybill/management-api';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { OrganizationOfPath, organizationOf } from '../organizations/organization.resource.js';
import { Installation } from '../users/installation.resource.js';
import type { ReportFilter } from './token-report.repository.js';
import { reportColumns, type ReportRow, reportRow, TokenReportQuery } from './token-report.schema.js';
import { TokenReport } from './token-report.service.js';

const place = z.strictObject({ createdAt: sentTime, tokenId });

@Controller('api/v1')
export class TokenReportHttpController {
  constructor(private readonly report: TokenReport) {}

  @Get('orgs/:organization/token-report')
  @Requires('audit', OrganizationOfPath)
  @Documented({
    summary: 'Report the tokens that reach into an organization',
    description: 'A page, or with `?format=csv` (or `ndjson`, or `Accept`) all of them. Oldest first.',
    returns: pageOf(reportRow),
    rows: reportRow,
  })
  ofOrganization(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query() query: TokenReportQuery,
  ): Promise<Page<ReportRow> | Readable> {
    return this.#answer(request, reply, query, organizationOf(request));
  }

  @Get('token-report')
  @Requires('admin', Installation)
  @Documented({
    summary: 'Report all tokens of the installation',
    description: 'A page, or with `?format=csv` (or `ndjson`, or `Accept`) all of them. Oldest first.',
    returns: pageOf(reportRow),
    rows: reportRow,
  })
  ofInstallation(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query() query: TokenReportQuery,
  ): Promise<Page<ReportRow> | Readable> {
    return this.#answer(request, reply, query, undefined);
  }

  async #answer(
    request: FastifyRequest,
    reply: FastifyReply,
    { limit, cursor, unusedDays }: TokenReportQuery,
    organizationId: ReportFilter['organizationId'],
  ): Promise<Page<ReportRow> | Readable> {
    const rows = this.report.rows({ organizationId, unusedDays }, decodeCursor(cursor, place));
    if (rowsFormatOf(request) !== undefined) return sendRows(request, reply, rows, reportColumns);
    const items: ReportRow[] = [];
    let more = false;
    for await (const row of rows) {
      more = items.length === limit;
      if (more) break;
      items.push(row);
    }
    const last = items.at(-1);
    const next = more && last !== undefined ? encodeCursor({ createdAt: last.createdAt, tokenId: last.id }) : null;
    return sendPage(request, reply, { items, next });
  }
}
