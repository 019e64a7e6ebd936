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

  /** `version` is null for a removed tag. Resolves to whether the tag points elsewhere now. */
  async save(manager: EntityManager, tag: DistTagEntity): Promise<boolean> {
    const before = await manager
      .getRepository(DistTagEntity)
      .findOneBy({ repositoryId: tag.repositoryId, purl: tag.purl, tag: tag.tag });
    if (before !== null && before.aggregateVersion >= tag.aggregateVersion) return false;
    await manager.getRepository(DistTagEntity).save(tag);
    return before?.version !== tag.version;
  }
}
