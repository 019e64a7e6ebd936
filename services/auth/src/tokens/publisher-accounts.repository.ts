import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { userId } from '@waybill/contracts';
import type { PublisherId, UserId } from '@waybill/domain';
import { type EntityManager, In } from 'typeorm';
import { z } from 'zod';
import type { TrustedPublisherEntity } from '../trusted-publishers/trusted-publisher.entity.js';
import { UserEntity } from '../users/user.entity.js';
import { PublisherAccountEntity } from './publisher-account.entity.js';

const accountRows = z.array(z.object({ userId, suspended: z.boolean() }));
const accountQuery = `
  SELECT u.user_id AS "userId", u.suspended FROM publisher_accounts a JOIN users u USING (user_id) WHERE a.publisher_id = $1`;

/** Whom tokens of trusted publishers stand for. */
@Injectable()
export class PublisherAccountsRepository {
  /** The account of a locked publisher, made where there is none yet. */
  async ensure(
    manager: EntityManager,
    { publisherId, organizationId, provider }: TrustedPublisherEntity,
  ): Promise<UserId> {
    const users = manager.getRepository(UserEntity);
    const [known] = accountRows.parse(await manager.query(accountQuery, [publisherId]));
    if (known !== undefined) {
      // Its tokens were ended once, with what it was then.
      if (known.suspended) await users.update({ userId: known.userId }, { suspended: false });
      return known.userId;
    }
    const fresh = randomUUID() as UserId;
    // No person and no service account can have such a name: theirs have no dot.
    const username = `${provider}.${fresh.replaceAll('-', '').slice(0, 12)}`;
    const nobody = { kind: 'service' as const, email: null, passwordHash: null };
    await users.insert({ userId: fresh, organizationId, username, ...nobody });
    await manager.getRepository(PublisherAccountEntity).insert({ publisherId, userId: fresh });
    return fresh;
  }

  /** They stand for nobody any more, until a token is minted anew. */
  async suspend(manager: EntityManager, publisherIds: readonly PublisherId[]): Promise<void> {
    const known = await manager.getRepository(PublisherAccountEntity).findBy({ publisherId: In(publisherIds) });
    if (known.length === 0) return;
    const accounts = In(known.map((account) => account.userId));
    await manager.getRepository(UserEntity).update({ userId: accounts }, { suspended: true });
  }
}
