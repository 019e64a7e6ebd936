import { Injectable } from '@nestjs/common';
import { tokenId } from '@waybill/contracts';
import type { PublisherId, TokenId } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import { z } from 'zod';
import type { IssuerOfTokens } from './publisher-tokens.js';

const ids = z.array(z.object({ tokenId }));
const working = `SELECT token_id AS "tokenId" FROM tokens
  WHERE kind = 'publisher' AND revoked_at IS NULL AND expires_at > now()`;

/** Tokens that were minted for trusted publishers. */
@Injectable()
export class PublisherTokensRepository {
  async findWorking(manager: EntityManager, publisherIds: readonly PublisherId[]): Promise<TokenId[]> {
    return read(await manager.query(`${working} AND publisher_ids && $1::uuid[]`, [publisherIds]));
  }

  async findWorkingOfIssuer(manager: EntityManager, { issuer, organizationId }: IssuerOfTokens): Promise<TokenId[]> {
    const rows: unknown = await manager.query(
      `${working} AND release_path ->> 'issuer' = $1
         AND ($2::uuid IS NULL
           OR EXISTS (SELECT FROM users u WHERE u.user_id = tokens.user_id AND u.organization_id = $2))`,
      [issuer, organizationId],
    );
    return read(rows);
  }
}

function read(rows: unknown): TokenId[] {
  return ids.parse(rows).map((row) => row.tokenId);
}
