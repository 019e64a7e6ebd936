import { Inject, Injectable } from '@nestjs/common';
import type { RepositoryFacts } from '@waybill/contracts';
import type { OrganizationId, PackagePurl, RepositoryId, Resource, Visibility } from '@waybill/domain';
import { DataSource } from 'typeorm';
import type { ReadModelOptions } from '../read-model-options.js';
import { READ_MODEL } from '../read-model-options.js';
import { packageIn } from './package-in.js';
import { RepositoryEntity } from './repository.entity.js';

export interface PackagePlace {
  readonly repositoryId: RepositoryId;
  readonly organizationId: OrganizationId;
  /** Of the repository. */
  readonly visibility: Visibility;
  /** Of the package itself; null where it has none. */
  readonly own: Visibility | null;
}

/** What every read model has of the packages of a repository. */
const ofEveryReadModel = ['release_marks', 'releases', 'daily_downloads', 'packages'] as const;

@Injectable()
export class RepositoryRepository {
  readonly #dataSource: DataSource;
  readonly #tables: readonly string[];

  constructor(dataSource: DataSource, @Inject(READ_MODEL) { tables }: ReadModelOptions) {
    this.#dataSource = dataSource;
    this.#tables = [...tables, ...ofEveryReadModel];
  }

  /** Null for one that is deleted. */
  findBySlug(slug: string): Promise<RepositoryEntity | null> {
    // Every request asks this: without what TypeORM needs to write the same.
    return this.#dataSource
      .query<RepositoryEntity[]>(
        `SELECT repository_id AS "repositoryId", slug, organization_id AS "organizationId", visibility,
                deleted, aggregate_version AS "aggregateVersion"
         FROM repositories WHERE slug = $1 AND NOT deleted`,
        [slug],
      )
      .then(([found]) => found ?? null);
  }

  /**
   * A package by the slug of its repository, whether it exists or not. What has no purl, because its name is none, is decided
   * on like the repository around it. Undefined where there is no such repository.
   */
  async resourceAt(slug: string, purl: PackagePurl | undefined): Promise<Resource | undefined> {
    if (purl !== undefined) {
      const place = await this.findPlace(slug, purl);
      return place === null ? undefined : packageIn(place, purl, place.own);
    }
    const found = await this.findBySlug(slug);
    if (found === null) return undefined;
    const { organizationId, repositoryId, visibility } = found;
    return { kind: 'repository', organizationId, repositoryId, visibility };
  }

  /** A repository and what is known of a package in it, whether it exists or not. */
  findPlace(slug: string, purl: PackagePurl): Promise<PackagePlace | null> {
    return this.#placeWhere('r.slug = $1', [slug, purl]);
  }

  /** The same by the id of the repository. */
  findPlaceById(repositoryId: RepositoryId, purl: PackagePurl): Promise<PackagePlace | null> {
    return this.#placeWhere('r.repository_id = $1', [repositoryId, purl]);
  }

  async #placeWhere(isIt: string, parameters: readonly [string, PackagePurl]): Promise<PackagePlace | null> {
    const [found] = await this.#dataSource.query<PackagePlace[]>(
      `SELECT r.repository_id AS "repositoryId", r.organization_id AS "organizationId", r.visibility,
              p.visibility AS own
       FROM repositories r LEFT JOIN packages p ON p.repository_id = r.repository_id AND p.purl = $2
       WHERE ${isIt} AND NOT r.deleted`,
      [...parameters],
    );
    return found ?? null;
  }

  /** What packages of a repository say of their visibility; those that say nothing are left out. */
  async visibilitiesIn(
    repositoryId: RepositoryId,
    purls: readonly PackagePurl[],
  ): Promise<ReadonlyMap<PackagePurl, Visibility>> {
    const rows = await this.#dataSource.query<{ purl: PackagePurl; visibility: Visibility }[]>(
      `SELECT purl, visibility FROM packages
       WHERE repository_id = $1 AND purl = ANY($2::text[]) AND visibility IS NOT NULL`,
      [repositoryId, purls],
    );
    return new Map(rows.map(({ purl, visibility }) => [purl, visibility]));
  }

  /** Deleted or not: what it holds is kept up to date for the day when it comes back. */
  findById(repositoryId: RepositoryId): Promise<RepositoryEntity | null> {
    return this.#dataSource.getRepository(RepositoryEntity).findOneBy({ repositoryId });
  }

  async isEmpty(): Promise<boolean> {
    return !(await this.#dataSource.getRepository(RepositoryEntity).exists());
  }

  /** Takes over what is newer than what is known; older facts change nothing. */
  async save(facts: RepositoryFacts & { readonly deleted?: boolean }, aggregateVersion: number): Promise<void> {
    await this.#dataSource.query(
      `INSERT INTO repositories (repository_id, slug, organization_id, visibility, deleted, aggregate_version)
       VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT ON CONSTRAINT repositories_pkey DO UPDATE
         SET slug = excluded.slug, organization_id = excluded.organization_id,
             visibility = excluded.visibility, deleted = excluded.deleted, aggregate_version = excluded.aggregate_version
         WHERE repositories.aggregate_version < excluded.aggregate_version`,
      [
        facts.repositoryId,
        facts.slug,
        facts.organizationId,
        facts.visibility,
        facts.deleted ?? false,
        aggregateVersion,
      ],
    );
  }

  /** Nothing is kept of it but that it is gone: a late event of it does not bring it back, and its slug is another's. */
  async purge(repositoryId: RepositoryId, aggregateVersion: number): Promise<void> {
    for (const table of this.#tables) {
      await this.#dataSource.query(`DELETE FROM ${table} WHERE repository_id = $1`, [repositoryId]);
    }
    await this.#dataSource.query(
      `UPDATE repositories SET slug = 'purged ' || repository_id, deleted = true, aggregate_version = $2
        WHERE repository_id = $1`,
      [repositoryId, aggregateVersion],
    );
  }
}
