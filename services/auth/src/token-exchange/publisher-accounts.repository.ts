import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { PublisherId, UserId } from '@waybill/domain';
import { type EntityManager, In } from 'typeorm';
import type { TrustedPublisherEntity } from '../trusted-publishers/trusted-publisher.entity.js';
import { UserEntity } from '../users/user.entity.js';
import { PublisherAccountEntity } from './publisher-account.entity.js';

/** Whom tokens of trusted publishers stand for. */
@Injectable()
export class PublisherAccountsRepository {
  /** The account of a locked publisher, made where there is none yet. */
  async ensure(
    manager: EntityManager,
    { publisherId, organizationId, provider }: TrustedPublisherEntity,
  ): Promise<UserId> {
    const accounts = manager.getRepository(PublisherAccountEntity);
    const users = manager.getRepository(UserEntity);
    const known = await accounts.findOneBy({ publisherId });
    if (known !== null) {
      // Its tokens were ended once, with what it was then.
      await users.update({ userId: known.userId, suspended: true }, { suspended: false });
      return known.userId;
    }
    const userId = randomUUID() as UserId;
    // No person and no service account can have such a name: theirs have no dot.
    const username = `${provider}.${userId.replaceAll('-', '').slice(0, 12)}`;
    await users.insert({ userId, organizationId, username, kind: 'service', email: null, passwordHash: null });
    await accounts.insert({ publisherId, userId });
    return userId;
  }

  /** They stand for nobody any more, until a token is minted anew. */
  async suspend(manager: EntityManager, publisherIds: readonly PublisherId[]): Promise<void> {
    const known = await manager.getRepository(PublisherAccountEntity).findBy({ publisherId: In(publisherIds) });
    if (known.length === 0) return;
    const userId = In(known.map((account) => account.userId));
    await manager.getRepository(UserEntity).update({ userId }, { suspended: true });
  }
}
