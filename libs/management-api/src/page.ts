import { Type } from 'class-transformer';
import { IsInt, IsString, Max, MaxLength, Min } from 'class-validator';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { edgeContextOf } from '@waybill/edge';
import { z } from 'zod';
import { encodeCursor, maxCursorLength } from './cursor.js';
import { MayBeAbsent } from './may-be-absent.js';

const defaultLimit = 50;
const maxLimit = 100;

/** Which page of a list: `?limit=&cursor=`. Lists with filters extend it. */
export class PageQuery {
  /** Most items of one page. */
  @MayBeAbsent()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(maxLimit)
  limit: number = defaultLimit;

  /** `next` of the page before. */
  @MayBeAbsent()
  @IsString()
  @MaxLength(maxCursorLength)
  cursor?: string;
}

/** A page of a list. `next` is the cursor of the one after it, `null` on the last. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

/** The schema of a page, for `@Documented({ returns: pageOf(userView) })`. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), next: z.string().nullable() });
}

/**
 * A page of what a query found that was asked for one more than `limit`, so that it knows whether there is more. `placeOf`
 * says where the page ends, for the cursor.
 */
export function cutPage<Row, Item>(
  found: readonly Row[],
  limit: number,
  { placeOf, viewOf }: { readonly placeOf: (last: Row) => unknown; readonly viewOf: (row: Row) => Item },
): Page<Item> {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  const next = found.length > limit && last !== undefined ? encodeCursor(placeOf(last)) : null;
  return { items: items.map(viewOf), next };
}

/**
 * Answers with a page, and names the next one in `Link` (RFC 8288): the target of this request with another cursor. The
 * reference is relative to the installation, whatever name the client knows it by.
 */
export function sendPage<Item>(
  request: Pick<FastifyRequest, 'raw'>,
  reply: Pick<FastifyReply, 'header'>,
  page: Page<Item>,
): Page<Item> {
  if (page.next !== null) reply.header('link', `<${targetOfNext(request, page.next)}>; rel="next"`);
  return page;
}

function targetOfNext(request: Pick<FastifyRequest, 'raw'>, cursor: string): string {
  const [path = '/', query = ''] = edgeContextOf(request).rawTarget.split('?', 2);
  const parameters = new URLSearchParams(query);
  parameters.delete('cursor');
  parameters.append('cursor', cursor);
  // `<`, `>` and `"` would end the reference; in a path they are sent by nobody who means well.
  return `${path.replaceAll(/[<>"\s]/g, encodeURIComponent)}?${parameters.toString()}`;
}
