import { tokenId } from '@waybill/contracts';
import type { TokenId, UserId } from '@waybill/domain';
import type { Page, PageQuery } from '@waybill/management-api';
import { decodeCursor, encodeCursor, sentTime } from '@waybill/management-api';
import { z } from 'zod';
import { type TokenView, viewOfToken } from './tokens.schema.js';
import type { TokensService } from './tokens.service.js';

const place = z.strictObject({ createdAt: sentTime, tokenId });

/** A page of one owner's tokens, newest first; or of those that were created with one of them. */
export async function pageOfTokens(
  tokens: TokensService,
  owner: UserId,
  { limit, cursor, createdWith }: PageQuery & { readonly createdWith?: TokenId },
): Promise<Page<TokenView>> {
  const after = decodeCursor(cursor, place);
  const found =
    createdWith === undefined
      ? await tokens.page(owner, limit + 1, after)
      : await tokens.pageCreatedWith(owner, createdWith, limit + 1, after);
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  const more = found.length > limit && last !== undefined;
  return {
    items: shown.map((token) => viewOfToken(token)),
    next: more ? encodeCursor({ createdAt: last.createdAt.toISOString(), tokenId: last.tokenId }) : null,
  };
}
