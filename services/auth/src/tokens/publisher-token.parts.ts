import type { PublisherId } from '@waybill/domain';
import { insertPart, type StatementPart } from '@waybill/persistence';
import type { EntityManager } from 'typeorm';
import { TokenEntity } from './token.entity.js';

/** A job that publishes hundreds of packages has one for each, a quarter of an hour long. */
export const maxWorkingTokensPerPublisher = 500;

/** Those of locked publishers that have as many tokens at a time as one has: rows with their `id`. */
export function fullPublishersPart(publisherIds: readonly PublisherId[]): StatementPart {
  return {
    text: `
      SELECT one.id FROM unnest($1::uuid[]) AS one (id)
      WHERE (
        SELECT count(*) FROM (
          SELECT FROM tokens t
          WHERE t.kind = 'publisher' AND t.revoked_at IS NULL AND t.expires_at > now() AND t.publisher_ids @> ARRAY[one.id]
          LIMIT ${maxWorkingTokensPerPublisher}) working) >= ${maxWorkingTokensPerPublisher}`,
    values: [publisherIds],
  };
}

/** Inserts it if the part `source` has a row. */
export function tokenPart(manager: EntityManager, token: TokenEntity, source: string): StatementPart {
  return insertPart(manager, TokenEntity, [token], { source });
}
