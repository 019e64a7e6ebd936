import { Readable } from 'node:stream';
import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { Requires } from '@waybill/edge';
import { Documented, rowsFormatOf, sendRows } from '@waybill/management-api';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { packageOf, PackageOfPath } from '../package-access/package-of-path.resource.js';
import { DownloadsRepository } from './downloads.repository.js';
import type { DownloadsView } from './downloads.schema.js';
import { dayColumns, dayRowView, DownloadsQuery, downloadsView, periodOf } from './downloads.schema.js';

@Controller('api/v1/packages/:purl/downloads')
export class DownloadsHttpController {
  readonly #downloads: DownloadsRepository;

  constructor(downloads: DownloadsRepository) {
    this.#downloads = downloads;
  }

  @Get()
  @Requires('read', PackageOfPath)
  @Documented({
    summary: 'Count the downloads of a package',
    description: 'By day. As NDJSON or CSV (`Accept`, `?format=`) the days alone.',
    returns: downloadsView,
    rows: dayRowView,
    errors: ['downloads.period 400'],
    operation: 'getDownloads',
  })
  async view(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query() query: DownloadsQuery,
  ): Promise<DownloadsView | Readable> {
    const { package: asked } = packageOf(request, query);
    const { from, to } = periodOf(query, new Date());
    const days = await this.#downloads.perDay(asked.packageId, from, to);
    if (rowsFormatOf(request) !== undefined) return sendRows(request, reply, Readable.from(days), dayColumns);
    const downloads = days.reduce((sum, day) => sum + day.downloads, 0);
    return { purl: asked.purl, from, to, downloads, days };
  }
}
