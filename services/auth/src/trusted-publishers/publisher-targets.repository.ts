import { Injectable } from '@nestjs/common';
import { packagePurl, publisherId, repositoryId, userId } from '@waybill/contracts';
import type { OrganizationId, PackagePurl, PublisherId, RepositoryId } from '@waybill/domain';
import { DataSource, type EntityManager, In, LessThanOrEqual } from 'typeorm';
import { z } from 'zod';
import type { NewTarget } from './publisher-target.rules.js';
import { pendingDays } from './publisher-target.rules.js';
import { TrustedPublisherTargetEntity } from './trusted-publisher-target.entity.js';

export interface PublisherPackage {
  readonly repositoryId: RepositoryId;
  readonly packagePurl: PackagePurl;
}

const packageRows = z.array(z.object({ repositoryId, packagePurl }));
const pendingRows = z.array(
  z.object({ targetId: z.uuid(), publisherId, createdByUserId: userId.nullable(), createdAt: z.date() }),
);
export type PendingTarget = z.infer<typeof pendingRows>[number];
const countRows = z.array(z.object({ all: z.coerce.number(), today: z.coerce.number() }));

// Published once, and not deleted or moved since.
const existingQuery = `
  SELECT o.repository_id AS "repositoryId", o.package_purl AS "packagePurl"
  FROM unnest($1::uuid[], $2::text[]) AS wanted (repository_id, package_purl)
  JOIN package_ownerships o USING (repository_id, package_purl)
  LEFT JOIN known_packages k USING (repository_id, package_purl)
  WHERE (o.learned_from IS NOT NULL OR o.event_version > 0)
    AND (k.ended_version IS NULL OR k.ended_version = 0 OR k.ended_version < k.event_version)`;

const pendingQuery = `
  SELECT t.target_id AS "targetId", t.publisher_id AS "publisherId", p.created_by_user_id AS "createdByUserId",
         t.created_at AS "createdAt"
  FROM trusted_publisher_targets t JOIN trusted_publishers p ON p.publisher_id = t.publisher_id
  WHERE t.repository_id = $1 AND t.package_purl = $2 AND t.pending ORDER BY t.target_id`;

const pendingCountQuery = `
  SELECT count(*) AS "all", count(*) FILTER (WHERE t.created_at > now() - interval '1 day') AS today
  FROM trusted_publishers p JOIN trusted_publisher_targets t ON t.publisher_id = p.publisher_id
  WHERE p.organization_id = $1 AND p.ended_at IS NULL AND t.pending`;

@Injectable()
export class PublisherTargetsRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** `existing`: those packages that there are; publishers of others are pending. */
  async insert(
    manager: EntityManager,
    publisher: PublisherId,
    targets: readonly NewTarget[],
    existing: ReadonlySet<string>,
  ): Promise<void> {
    const rows = targets.map((target) => {
      const pending = target.kind === 'package' && !existing.has(target.target);
      const expiresAt = pending ? () => `now() + interval '${pendingDays} days'` : null;
      return { ...target, publisherId: publisher, pending, expiresAt };
    });
    if (rows.length > 0) await this.#table(manager).insert(rows);
  }

  of(manager: EntityManager, publisher: PublisherId): Promise<TrustedPublisherTargetEntity[]> {
    return this.#table(manager).find({ where: { publisherId: publisher }, order: { target: 'ASC' } });
  }

  ofAll(manager: EntityManager, publishers: readonly PublisherId[]): Promise<TrustedPublisherTargetEntity[]> {
    return this.#table(manager).findBy({ publisherId: In([...publishers]) });
  }

  /** All in a repository; with `packagePurl` those of that package alone. */
  on(
    manager: EntityManager,
    place: { readonly repositoryId: RepositoryId; readonly packagePurl?: PackagePurl; readonly givenUntil?: Date },
  ): Promise<TrustedPublisherTargetEntity[]> {
    const { repositoryId: repository, packagePurl: purl, givenUntil } = place;
    return this.#table(manager).findBy({
      repositoryId: repository,
      ...(purl === undefined ? {} : { packagePurl: purl }),
      ...(givenUntil === undefined ? {} : { createdAt: LessThanOrEqual(givenUntil) }),
    });
  }

  /** Those that were there, by their ids. */
  async remove(manager: EntityManager, ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await this.#table(manager).delete({ targetId: In([...ids]) });
  }

  /** Which of these packages there are, as far as publish has told. */
  async existing(manager: EntityManager, packages: readonly PublisherPackage[]): Promise<PublisherPackage[]> {
    if (packages.length === 0) return [];
    const repositories = packages.map((one) => one.repositoryId);
    const purls = packages.map((one) => one.packagePurl);
    return packageRows.parse(await manager.query(existingQuery, [repositories, purls]));
  }

  /** Of a package that was published now. */
  async pendingOf(of: PublisherPackage, manager: EntityManager = this.dataSource.manager): Promise<PendingTarget[]> {
    return pendingRows.parse(await manager.query(pendingQuery, [of.repositoryId, of.packagePurl]));
  }

  /** Their package was published: they do not expire. */
  async establish(manager: EntityManager, ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await this.#table(manager).update({ targetId: In([...ids]) }, { pending: false, expiresAt: null });
  }

  expired(manager: EntityManager, limit: number): Promise<TrustedPublisherTargetEntity[]> {
    const where = { expiresAt: LessThanOrEqual(new Date()) };
    return this.#table(manager).find({ where, order: { expiresAt: 'ASC' }, take: limit });
  }

  /** Those of an organization, and how many of them are of the last 24 hours. */
  async countPending(
    manager: EntityManager,
    organizationId: OrganizationId,
  ): Promise<{ readonly all: number; readonly today: number }> {
    const [row] = countRows.parse(await manager.query(pendingCountQuery, [organizationId]));
    return row ?? { all: 0, today: 0 };
  }

  countOn(manager: EntityManager, of: PublisherPackage): Promise<number> {
    return this.#table(manager).countBy({ repositoryId: of.repositoryId, packagePurl: of.packagePurl });
  }

  #table(manager: EntityManager) {
    return manager.getRepository(TrustedPublisherTargetEntity);
  }
}
