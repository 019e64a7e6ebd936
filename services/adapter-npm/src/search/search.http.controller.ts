import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { callerOf, Filtered } from '@waybill/edge';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { parseSearchText } from './search-text.rules.js';
import { legacyView, parameter, parsePage, searchView } from './search.schema.js';
import type { FoundPackages } from './search.service.js';
import { SearchService } from './search.service.js';

/** The whole of a large registry is no answer to a request: the newest so many. */
const legacyPage = { size: 250, from: 0 };
const everything = parseSearchText('');

@Controller('npm/:repository/-')
export class SearchHttpController {
  readonly #search: SearchService;

  constructor(search: SearchService) {
    this.#search = search;
  }

  /** `npm search`, `pnpm search`. The weights that npm sends along (`quality`, …) are those of another ranking. */
  @Get('v1/search')
  @Filtered('read', 'finds only packages that the caller may read')
  async search(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('repository') repository: string,
    @Query() query: Record<string, unknown>,
  ): Promise<object> {
    const text = parseSearchText(parameter(query, 'text'));
    const { found, owners } = await this.#search.search(callerOf(request), repository, text, parsePage(query));
    forThisCallerOnly(reply);
    return searchView(found, owners, new Date());
  }

  /** What npm 4 and before searched in by themselves: the 250 packages that were published last. */
  @Get(['all', 'all/since'])
  @Filtered('read', 'lists only packages that the caller may read')
  async all(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('repository') repository: string,
    @Query() query: Record<string, unknown>,
  ): Promise<object> {
    const since = Number(parameter(query, 'startkey'));
    const { found, owners } = await this.#search.search(callerOf(request), repository, everything, legacyPage);
    forThisCallerOnly(reply);
    const newer = found.packages.filter(({ publishedAt }) => !(Date.parse(publishedAt) <= since));
    return legacyView({ ...found, packages: newer } satisfies FoundPackages['found'], owners, new Date());
  }
}

// What is found depends on who asks (security.md A9).
function forThisCallerOnly(reply: FastifyReply): void {
  reply.headers({ 'cache-control': 'private, no-cache', vary: 'Accept, Accept-Encoding, Authorization' });
}
