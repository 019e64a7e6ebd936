import { Injectable } from '@nestjs/common';
import { userId } from '@waybill/contracts';
import type { TokenText, UserId } from '@waybill/domain';
import { hashToken, isTokenText, newTokenText } from '@waybill/domain';
import { DataSource, type EntityManager, MoreThan } from 'typeorm';
import { z } from 'zod';
import type { OneTimeSecretKind } from './one-time-secret.entity.js';
import { OneTimeSecretEntity } from './one-time-secret.entity.js';

const taken = z.object({ userId, email: z.string().nullable() });
export type TakenSecret = z.infer<typeof taken>;

// What TypeORM's query() gives for a DELETE: rows and their number.
const takenRows = z.tuple([z.array(taken), z.number()]);

@Injectable()
export class OneTimeSecretsRepository {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * A new secret, which replaces the one of its kind from before. It begins with `wb-`, so that every log masks it, also in
   * a path (security.md W6); only its hash is stored.
   */
  async issue(
    manager: EntityManager,
    what: {
      readonly kind: OneTimeSecretKind;
      readonly userId: UserId;
      readonly email: string | null;
      readonly hours: number;
    },
  ): Promise<{ readonly secret: TokenText; readonly expiresAt: Date }> {
    const { kind, userId: user, email, hours } = what;
    const secret = newTokenText();
    const createdAt = new Date();
    const expiresAt = new Date(createdAt.getTime() + hours * 3_600_000);
    await this.revoke(manager, user, kind);
    const row = { secretHash: hashToken(secret), kind, userId: user, email, createdAt, expiresAt };
    await manager.getRepository(OneTimeSecretEntity).insert(row);
    return { secret, expiresAt };
  }

  /** Whom it is about, without using it up. */
  async find(kind: OneTimeSecretKind, secret: string): Promise<UserId | undefined> {
    if (!isTokenText(secret)) return undefined;
    const where = { kind, secretHash: hashToken(secret), expiresAt: MoreThan(new Date()) };
    return (await this.dataSource.getRepository(OneTimeSecretEntity).findOneBy(where))?.userId;
  }

  /** Uses it up: of several that come with it at once, one gets it. */
  async take(manager: EntityManager, kind: OneTimeSecretKind, secret: string): Promise<TakenSecret | undefined> {
    if (!isTokenText(secret)) return undefined;
    const result: unknown = await manager.query(
      `DELETE FROM one_time_secrets WHERE secret_hash = $1 AND kind = $2 AND expires_at > now()
       RETURNING user_id AS "userId", email`,
      [hashToken(secret), kind],
    );
    return takenRows.parse(result)[0][0];
  }

  async revoke(manager: EntityManager, user: UserId, kind: OneTimeSecretKind): Promise<void> {
    await manager.getRepository(OneTimeSecretEntity).delete({ userId: user, kind });
  }
}
