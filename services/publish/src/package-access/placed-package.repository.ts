import { Injectable } from '@nestjs/common';
import type { PackagePurl } from '@waybill/domain';
import type { EntityRow } from '@waybill/persistence';
import { entityIn } from '@waybill/persistence';
import { DataSource } from 'typeorm';
import { PackageEntity } from '../packages/package.entity.js';
import { RepositoryEntity } from '../repositories/repository.entity.js';
import { hasVisibleReleaseSql } from './readable.sql.js';

/** A package where it is. */
export interface PlacedPackage {
  readonly repository: RepositoryEntity;
  readonly package: PackageEntity;
  /** Whether clients can see anything of it. */
  readonly hasVisibleRelease: boolean;
}

@Injectable()
export class PlacedPackageRepository {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  /** Also one that was deleted; null where its repository was. */
  async find(slug: string, purl: PackagePurl): Promise<PlacedPackage | null> {
    const { manager } = this.#dataSource;
    const [row] = await manager.query<{ repository: EntityRow; package: EntityRow; visible: boolean }[]>(
      `SELECT row_to_json(r) AS repository, row_to_json(p) AS package, ${hasVisibleReleaseSql} AS visible
         FROM repositories r JOIN packages p USING (repository_id)
        WHERE r.slug = $1 AND p.purl = $2 AND r.deleted_at IS NULL`,
      [slug, purl],
    );
    if (row === undefined) return null;
    return {
      repository: entityIn(manager, RepositoryEntity, row.repository),
      package: entityIn(manager, PackageEntity, row.package),
      hasVisibleRelease: row.visible,
    };
  }
}
