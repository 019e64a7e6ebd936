import { Injectable } from '@nestjs/common';
import type { OrganizationId } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import { DataSource, In, MoreThan } from 'typeorm';
import { NamespaceEntity } from './namespace.entity.js';
import type { ComparedPattern } from './namespace.rules.js';
import { overlaps } from './namespace.rules.js';

export interface WantedNamespaces {
  readonly organizations: 'all' | readonly OrganizationId[];
  readonly ecosystem?: string;
  readonly state?: NamespaceEntity['state'];
  /** The id of the last one of the page before. */
  readonly after?: string;
  readonly limit: number;
}

@Injectable()
export class NamespaceRepository {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  find(namespaceId: string): Promise<NamespaceEntity | null> {
    return this.#table().findOneBy({ namespaceId });
  }

  lock(manager: EntityManager, namespaceId: string): Promise<NamespaceEntity | null> {
    return this.#table(manager).findOne({ where: { namespaceId }, lock: { mode: 'pessimistic_write' } });
  }

  async insert(manager: EntityManager, namespace: NamespaceEntity): Promise<void> {
    await this.#table(manager).insert(namespace);
  }

  async save(manager: EntityManager, { namespaceId, ...values }: NamespaceEntity): Promise<void> {
    await this.#table(manager).update({ namespaceId }, values);
  }

  async delete(manager: EntityManager, namespaceId: string): Promise<void> {
    await this.#table(manager).delete({ namespaceId });
  }

  countOf(manager: EntityManager, organizationId: OrganizationId): Promise<number> {
    return this.#table(manager).countBy({ organizationId });
  }

  /** One at a time decides in an ecosystem who holds which names, until the transaction ends. */
  async lockEcosystem(manager: EntityManager, ecosystem: string): Promise<void> {
    await manager.query(`SELECT pg_advisory_xact_lock(hashtext(current_schema() || '.namespaces.' || $1))`, [
      ecosystem,
    ]);
  }

  /** Whether another organization holds a name that the pattern reaches. Only verified claims hold names. */
  async isHeldByOthers(
    manager: EntityManager,
    pattern: ComparedPattern,
    organizationId: OrganizationId,
  ): Promise<boolean> {
    const near = await manager.query<ComparedPattern[]>(
      `SELECT ecosystem, match_key AS "matchKey", exact FROM namespaces
        WHERE ecosystem = $1 AND state = 'verified' AND organization_id <> $3
          AND (starts_with($2, match_key) OR starts_with(match_key, $2))`,
      [pattern.ecosystem, pattern.matchKey, organizationId],
    );
    return near.some((held) => overlaps(held, pattern));
  }

  list({ organizations, ecosystem, state, after, limit }: WantedNamespaces): Promise<NamespaceEntity[]> {
    return this.#table().find({
      where: {
        ...(organizations === 'all' ? {} : { organizationId: In([...organizations]) }),
        ...(ecosystem === undefined ? {} : { ecosystem }),
        ...(state === undefined ? {} : { state }),
        ...(after === undefined ? {} : { namespaceId: MoreThan(after) }),
      },
      order: { namespaceId: 'ASC' },
      take: limit,
    });
  }

  #table(manager: EntityManager = this.#dataSource.manager) {
    return manager.getRepository(NamespaceEntity);
  }
}
