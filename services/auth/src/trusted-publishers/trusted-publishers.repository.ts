import { Injectable } from '@nestjs/common';
import type { PublisherId } from '@waybill/domain';
import { DataSource, type EntityManager, IsNull, Not } from 'typeorm';
import type { PublisherUse } from './publisher-wish.js';
import { TrustedPublisherTargetEntity } from './trusted-publisher-target.entity.js';
import { TrustedPublisherEntity } from './trusted-publisher.entity.js';

/** A use is written down again after this time. */
const lastUsedStepMs = 60_000;

@Injectable()
export class TrustedPublishersRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Undefined for one that has ended. */
  async lock(manager: EntityManager, publisherId: PublisherId): Promise<TrustedPublisherEntity | undefined> {
    const found = await this.#table(manager).findOne({
      where: { publisherId, endedAt: IsNull() },
      lock: { mode: 'for_no_key_update' },
    });
    return found ?? undefined;
  }

  /** Of a locked publisher. */
  async used(
    manager: EntityManager,
    publisher: TrustedPublisherEntity,
    { pins, at, packagePurl }: PublisherUse,
  ): Promise<void> {
    const { publisherId, rule, version, firstUsedAt, lastUsedAt } = publisher;
    const isPinned = Object.keys(pins).length === 0;
    if (!isPinned || lastUsedAt === null || at.getTime() - lastUsedAt.getTime() >= lastUsedStepMs) {
      const pinned = isPinned ? {} : { rule: { ...rule, pinned: { ...rule.pinned, ...pins } }, version: version + 1 };
      await this.#table(manager).update({ publisherId }, { ...pinned, firstUsedAt: firstUsedAt ?? at, lastUsedAt: at });
    }
    // Of a publisher that was used before, only what was added to it since can still expire.
    const which = packagePurl === undefined ? {} : { packagePurl };
    await manager
      .getRepository(TrustedPublisherTargetEntity)
      .update({ publisherId, ...which, expiresAt: Not(IsNull()) }, { expiresAt: null });
  }

  #table(manager: EntityManager = this.dataSource.manager) {
    return manager.getRepository(TrustedPublisherEntity);
  }
}
