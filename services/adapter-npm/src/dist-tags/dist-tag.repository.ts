import { Injectable } from '@nestjs/common';
import type { PackagePurl, RepositoryId } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import { DataSource, IsNull, Not } from 'typeorm';
import { DistTagEntity } from './dist-tag.entity.js';

@Injectable()
export class DistTagRepository {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  /** The tags that point somewhere; inside of a transaction when a manager is given. */
  async of(
    repositoryId: RepositoryId,
    purl: PackagePurl,
    manager: EntityManager = this.#dataSource.manager,
  ): Promise<Record<string, string>> {
    const rows = await manager
      .getRepository(DistTagEntity)
      .find({ where: { repositoryId, purl, version: Not(IsNull()) }, order: { tag: 'ASC' } });
    return Object.fromEntries(rows.flatMap((row) => (row.version === null ? [] : [[row.tag, row.version]])));
  }

  /** Its row stays when a tag is removed. */
  find(repositoryId: RepositoryId, purl: PackagePurl, tag: string): Promise<DistTagEntity | null> {
    return this.#dataSource.getRepository(DistTagEntity).findOneBy({ repositoryId, purl, tag });
  }

  /** `version` is null for a removed tag. Resolves to whether anything newer is known now. */
  async save(manager: EntityManager, tag: DistTagEntity): Promise<boolean> {
    const rows: unknown[] = await manager.query(
      `INSERT INTO dist_tags (repository_id, purl, tag, version, aggregate_version) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT ON CONSTRAINT dist_tags_pkey DO UPDATE
         SET version = excluded.version, aggregate_version = excluded.aggregate_version
         WHERE dist_tags.aggregate_version < excluded.aggregate_version
       RETURNING tag`,
      [tag.repositoryId, tag.purl, tag.tag, tag.version, tag.aggregateVersion],
    );
    return rows.length > 0;
  }
}
