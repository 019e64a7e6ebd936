import { Injectable } from '@nestjs/common';
import type { TokenId } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import { z } from 'zod';

const recipients = z.array(z.object({ to: z.string(), username: z.string() }));

/** Who is told about a token: its owner, or whoever made it for a service account or a repository. */
@Injectable()
export class TokenRecipients {
  async of(manager: EntityManager, tokenId: TokenId): Promise<z.infer<typeof recipients>> {
    const rows: unknown = await manager.query(
      `SELECT u.email AS "to", u.username FROM tokens t
       JOIN users u ON u.user_id = CASE WHEN t.kind = 'personal' THEN t.user_id ELSE t.created_by END
       WHERE t.token_id = $1 AND u.email IS NOT NULL AND NOT u.suspended`,
      [tokenId],
    );
    return recipients.parse(rows);
  }
}
