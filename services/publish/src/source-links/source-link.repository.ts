import { Injectable } from '@nestjs/common';
import type { PackageId, RepositoryId } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import { DataSource } from 'typeorm';
import { SourceLinkEntity } from './source-link.entity.js';

@Injectable()
export class SourceLinkRepository {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  find(packageId: PackageId, manager: EntityManager = this.#dataSource.manager): Promise<SourceLinkEntity | null> {
    return manager.getRepository(SourceLinkEntity).findOneBy({ packageId });
  }

  async save(manager: EntityManager, link: SourceLinkEntity): Promise<void> {
    await manager.getRepository(SourceLinkEntity).upsert(link, ['packageId']);
  }

  /**
   * Rights that sources gave were given by who owned a package before (security.md T11): of one package, or of all in a
   * repository. The links stay. Resolves to how many gave any.
   */
  async endInheritance(
    manager: EntityManager,
    of: { readonly packageId: PackageId } | { readonly repositoryId: RepositoryId },
  ): Promise<number> {
    const [where, id] =
      'packageId' in of
        ? ['package_id = $1', of.packageId]
        : ['package_id IN (SELECT package_id FROM packages WHERE repository_id = $1)', of.repositoryId];
    const [, count] = await manager.query<[unknown[], number]>(
      `UPDATE source_links SET inherit_visibility = false, inherit_roles = false
        WHERE (inherit_visibility OR inherit_roles) AND ${where}`,
      [id],
    );
    return count;
  }

  async remove(manager: EntityManager, packageId: PackageId): Promise<void> {
    await manager.getRepository(SourceLinkEntity).delete({ packageId });
  }
}
