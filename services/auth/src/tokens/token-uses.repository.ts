import { Injectable } from '@nestjs/common';
import { organizationId, tokenId, userId } from '@waybill/contracts';
import type { TokenId } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import { z } from 'zod';

/** A use of a token: from where, with what. */
export interface TokenUse {
  readonly tokenId: TokenId;
  readonly address: string;
  /** Unit in which addresses are told apart. */
  readonly addressKey: string;
  readonly userAgent: string;
  readonly family: string;
  readonly at: Date;
}

const firstUses = z.array(
  z.object({ tokenId, userId, organizationId: organizationId.nullable(), addressKey: z.string(), family: z.string() }),
);
export type FirstUse = z.infer<typeof firstUses>[number];

/** So many places are remembered of one token: beyond, the one of longest ago is new again. */
const maxPlaces = 100;

@Injectable()
export class TokenUsesRepository {
  /** Writes uses down and answers those that are new; of several replicas that write the same at once, one gets it. */
  async record(manager: EntityManager, uses: readonly TokenUse[]): Promise<FirstUse[]> {
    const found: unknown = await manager.query(recordQuery, [
      uses.map((use) => use.tokenId),
      uses.map((use) => use.addressKey),
      uses.map((use) => use.family),
      uses.map((use) => use.at),
    ]);
    const first = firstUses.parse(found);
    await manager.query(lastQuery, [
      uses.map((use) => use.tokenId),
      uses.map((use) => use.address),
      uses.map((use) => use.userAgent),
      uses.map((use) => use.at),
    ]);
    const grown = [...new Set(first.map((use) => use.tokenId))];
    if (grown.length > 0) await manager.query(forgetQuery, [grown]);
    return first;
  }
}

// In the order of the key, so that two replicas never wait for each other crosswise. A row that was there has an xmax.
const recordQuery = `
  WITH used AS (
    SELECT DISTINCT ON (token_id, address, client) token_id, address, client, at
    FROM unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[]) AS u (token_id, address, client, at)
    JOIN tokens USING (token_id)
    ORDER BY token_id, address, client, at DESC),
  written AS (
    INSERT INTO token_uses (token_id, address, client, first_used_at, last_used_at)
    SELECT token_id, address, client, at, at FROM used
    ON CONFLICT ON CONSTRAINT token_uses_pk DO UPDATE
      SET last_used_at = greatest(token_uses.last_used_at, excluded.last_used_at)
    RETURNING token_id, address, client, (xmax = 0) AS is_new)
  SELECT w.token_id AS "tokenId", t.user_id AS "userId", u.organization_id AS "organizationId",
         w.address AS "addressKey", w.client AS "family"
  FROM written w JOIN tokens t USING (token_id) JOIN users u USING (user_id) WHERE w.is_new`;

const lastQuery = `
  UPDATE tokens SET last_used_address = used.address, last_used_client = used.client
  FROM (SELECT DISTINCT ON (id) id, address, client
        FROM unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[]) AS u (id, address, client, at)
        ORDER BY id, at DESC) used
  WHERE tokens.token_id = used.id`;

const forgetQuery = `
  DELETE FROM token_uses old USING (
    SELECT token_id, address, client,
           row_number() OVER (PARTITION BY token_id ORDER BY last_used_at DESC, first_used_at DESC) AS place
    FROM token_uses WHERE token_id = ANY($1::uuid[])) ranked
  WHERE (old.token_id, old.address, old.client) = (ranked.token_id, ranked.address, ranked.client)
    AND ranked.place > ${maxPlaces}`;
