import { Injectable } from '@nestjs/common';
import type { OrganizationId, PublisherId, UserId } from '@waybill/domain';
import { DataSource, type EntityManager, In, IsNull, MoreThan } from 'typeorm';
import { TrustedPublisherEntity } from './trusted-publisher.entity.js';

export type NewPublisher = Pick<
  TrustedPublisherEntity,
  | 'publisherId'
  | 'organizationId'
  | 'provider'
  | 'issuer'
  | 'lookupKey'
  | 'rule'
  | 'actions'
  | 'createdBy'
  | 'createdByUserId'
>;

type Changes = Pick<TrustedPublisherEntity, 'provider' | 'issuer' | 'lookupKey' | 'rule' | 'actions'> &
  Partial<
    Pick<
      TrustedPublisherEntity,
      'firstUsedAt' | 'lastUsedAt' | 'firstPublishedAt' | 'publishedProjects' | 'projectSince'
    >
  >;

interface Published {
  readonly pins: Readonly<Record<string, string>>;
  readonly projects: readonly string[];
  readonly at: Date;
}

@Injectable()
export class TrustedPublishersRepository {
  constructor(private readonly dataSource: DataSource) {}

  async insert(manager: EntityManager, publisher: NewPublisher): Promise<void> {
    await this.#table(manager).insert(publisher);
  }

  /** Undefined for one that has ended. */
  async lock(manager: EntityManager, publisherId: PublisherId): Promise<TrustedPublisherEntity | undefined> {
    return (await this.lockAll(manager, [publisherId]))[0];
  }

  /** Those that have not ended, locked in the order of their ids. */
  async lockAll(manager: EntityManager, ids: readonly PublisherId[]): Promise<TrustedPublisherEntity[]> {
    if (ids.length === 0) return [];
    return this.#table(manager).find({
      where: { publisherId: In([...ids]), endedAt: IsNull() },
      order: { publisherId: 'ASC' },
      lock: { mode: 'for_no_key_update' },
    });
  }

  /** Of a locked one. */
  async change(manager: EntityManager, publisher: TrustedPublisherEntity, changes: Changes): Promise<void> {
    const { publisherId, version } = publisher;
    const fresh = { ...changes, version: version + 1, updatedAt: () => 'now()' };
    await this.#table(manager).update({ publisherId }, fresh);
  }

  /** Of locked ones. */
  async end(manager: EntityManager, ids: readonly PublisherId[]): Promise<void> {
    if (ids.length > 0) await this.#table(manager).update({ publisherId: In([...ids]) }, { endedAt: () => 'now()' });
  }

  /** Of locked ones, of which something was taken that they were for: who has found them before has to look again. */
  async touch(manager: EntityManager, ids: readonly PublisherId[]): Promise<void> {
    if (ids.length === 0) return;
    await this.#table(manager).update(
      { publisherId: In([...ids]) },
      { version: () => 'version + 1', updatedAt: () => 'now()' },
    );
  }

  /** One that has not ended, without a lock; asked for every release that comes through one. */
  async find(publisherId: PublisherId): Promise<TrustedPublisherEntity | undefined> {
    return (await this.#table().findOneBy({ publisherId, endedAt: IsNull() })) ?? undefined;
  }

  /** Of a locked one: something was published through it from these projects, which also pins ids that it does not know yet. */
  async published(manager: EntityManager, publisher: TrustedPublisherEntity, fresh: Published): Promise<void> {
    const { publisherId, rule, version, firstUsedAt, lastUsedAt, firstPublishedAt } = publisher;
    const { pins, at, projects } = fresh;
    const isPinned = Object.keys(pins).length === 0;
    const pinned = isPinned ? {} : { rule: { ...rule, pinned: { ...rule.pinned, ...pins } }, version: version + 1 };
    const used = { firstUsedAt: firstUsedAt ?? at, lastUsedAt: lastUsedAt ?? at };
    const proven = { firstPublishedAt: firstPublishedAt ?? at, publishedProjects: [...projects] };
    await this.#table(manager).update({ publisherId }, { ...pinned, ...used, ...proven });
  }

  /** Those of an organization that have not ended. */
  count(manager: EntityManager, organizationId: OrganizationId): Promise<number> {
    return this.#table(manager).countBy({ organizationId, endedAt: IsNull() });
  }

  /** All that an organization registered since then, ended or not. */
  countSince(manager: EntityManager, organizationId: OrganizationId, since: Date): Promise<number> {
    return this.#table(manager).countBy({ organizationId, createdAt: MoreThan(since) });
  }

  /** Those of an organization that are found by the same claims. */
  alike(
    manager: EntityManager,
    { organizationId, issuer, lookupKey }: Pick<NewPublisher, 'organizationId' | 'issuer' | 'lookupKey'>,
  ): Promise<TrustedPublisherEntity[]> {
    return this.#table(manager).findBy({ organizationId, issuer, lookupKey, endedAt: IsNull() });
  }

  /** The person who registered it; null where nobody did, or there is no such publisher. */
  async createdBy(manager: EntityManager, publisherId: PublisherId): Promise<UserId | null> {
    return (await this.#table(manager).findOneBy({ publisherId }))?.createdByUserId ?? null;
  }

  /** Ids of all of an organization that have not ended. */
  async idsOf(manager: EntityManager, organizationId: OrganizationId): Promise<PublisherId[]> {
    const where = { organizationId, endedAt: IsNull() };
    const rows = await this.#table(manager).find({ where, select: { publisherId: true } });
    return rows.map(({ publisherId }) => publisherId);
  }

  #table(manager: EntityManager = this.dataSource.manager) {
    return manager.getRepository(TrustedPublisherEntity);
  }
}
