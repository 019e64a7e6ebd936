import { Injectable } from '@nestjs/common';
import type { OrganizationId, PackageId, PackagePurl, RepositoryId } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import { DataSource, MoreThan } from 'typeorm';
import type { SourceLinkEntity } from '../source-links/source-link.entity.js';
import { placeOf } from '../source-links/source-place.js';
import { SourceRepositoryEntity } from './source-repository.entity.js';

/** A package of the organization whose link inherits from a source. */
export interface InheritingPackage {
  readonly packageId: PackageId;
  readonly repositoryId: RepositoryId;
  readonly purl: PackagePurl;
  readonly inheritVisibility: boolean;
  readonly inheritRoles: boolean;
}

type Link = Pick<SourceLinkEntity, 'forge' | 'host' | 'owner' | 'name' | 'forgeRepositoryId'>;

@Injectable()
export class SourceRepositoryRepository {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  /** Until the transaction ends, nobody else reports this source or links to it. Before any row is locked. */
  async hold(manager: EntityManager, place: string): Promise<void> {
    await manager.query(`SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || ' source ' || $1, 0))`, [
      place,
    ]);
  }

  find(
    organizationId: OrganizationId,
    place: string,
    manager: EntityManager = this.#dataSource.manager,
  ): Promise<SourceRepositoryEntity | null> {
    return manager.getRepository(SourceRepositoryEntity).findOneBy({ organizationId, place });
  }

  /**
   * What was reported of the source of a link. Names are given away and taken over, ids are not: a link that knows the forge's
   * id hears nothing but reports with it (security.md T8).
   */
  async findFor(
    manager: EntityManager,
    organizationId: OrganizationId,
    link: Link,
  ): Promise<SourceRepositoryEntity | null> {
    const found = await this.find(organizationId, placeOf(link), manager);
    const { forgeRepositoryId } = link;
    return forgeRepositoryId === null || found?.forgeRepositoryId === forgeRepositoryId ? found : null;
  }

  /** By place. */
  list(organizationId: OrganizationId, after: string | undefined, limit: number): Promise<SourceRepositoryEntity[]> {
    return this.#dataSource.getRepository(SourceRepositoryEntity).find({
      where: { organizationId, ...(after === undefined ? {} : { place: MoreThan(after) }) },
      order: { place: 'ASC' },
      take: limit,
    });
  }

  count(manager: EntityManager, organizationId: OrganizationId): Promise<number> {
    return manager.getRepository(SourceRepositoryEntity).countBy({ organizationId });
  }

  async save(manager: EntityManager, source: SourceRepositoryEntity): Promise<void> {
    await manager.getRepository(SourceRepositoryEntity).upsert(source, ['sourceRepositoryId']);
  }

  async remove(manager: EntityManager, { sourceRepositoryId }: SourceRepositoryEntity): Promise<void> {
    await manager.getRepository(SourceRepositoryEntity).delete({ sourceRepositoryId });
  }

  /** Packages of the organization that inherit from a place, whatever ids they know. */
  async countInheriting(manager: EntityManager, organizationId: OrganizationId, place: string): Promise<number> {
    const [row] = await manager.query<{ count: number }[]>(
      `SELECT count(*)::integer AS count
         FROM source_links l JOIN packages p USING (package_id) JOIN repositories r USING (repository_id)
        WHERE l.place = $1 AND (l.inherit_visibility OR l.inherit_roles) AND r.organization_id = $2`,
      [place, organizationId],
    );
    return row?.count ?? 0;
  }

  /**
   * In the order in which packages are locked. Deleted ones too, and those in deleted repositories: restored, they are as
   * visible as was reported meanwhile.
   */
  async inheritingFrom(
    manager: EntityManager,
    source: Pick<SourceRepositoryEntity, 'organizationId' | 'place' | 'forgeRepositoryId'>,
  ): Promise<InheritingPackage[]> {
    return manager.query(
      `SELECT p.package_id AS "packageId", p.repository_id AS "repositoryId", p.purl,
              l.inherit_visibility AS "inheritVisibility", l.inherit_roles AS "inheritRoles"
         FROM source_links l JOIN packages p USING (package_id) JOIN repositories r USING (repository_id)
        WHERE l.place = $1 AND (l.inherit_visibility OR l.inherit_roles) AND r.organization_id = $2
          AND (l.forge_repository_id IS NULL OR l.forge_repository_id = $3::text)
        ORDER BY p.purl COLLATE "C", p.repository_id`,
      [source.place, source.organizationId, source.forgeRepositoryId],
    );
  }
}
