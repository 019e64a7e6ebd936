import { Injectable } from '@nestjs/common';
import type { PackagePurl, RepositoryId } from '@waybill/domain';
import type { StatementPart } from '@waybill/persistence';
import type { EntityManager } from 'typeorm';
import { DataSource, IsNull, Not } from 'typeorm';
import type { PackageKey, PackageTags } from '@waybill/read-model';
import { DistTagEntity } from './dist-tag.entity.js';

/** The tags that a release takes, by the event with that number. */
export interface ReleaseTags {
  readonly tags: readonly string[];
  readonly version: string;
  readonly aggregateVersion: number;
}

const newerTag = `
  ON CONFLICT ON CONSTRAINT dist_tags_pkey DO UPDATE
    SET version = excluded.version, aggregate_version = excluded.aggregate_version
    WHERE dist_tags.aggregate_version < excluded.aggregate_version`;

@Injectable()
export class DistTagRepository implements PackageTags {
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
       ${newerTag} RETURNING tag`,
      [tag.repositoryId, tag.purl, tag.tag, tag.version, tag.aggregateVersion],
    );
    return rows.length > 0;
  }

  async point(
    manager: EntityManager,
    key: PackageKey,
    tags: ReadonlyMap<string, string | null>,
    aggregateVersion: number,
  ): Promise<boolean> {
    let changed = false;
    for (const [tag, version] of tags) {
      const row = Object.assign(new DistTagEntity(), key, { tag, version, aggregateVersion });
      changed = (await this.save(manager, row)) || changed;
    }
    return changed;
  }

  /** Several tags that one release takes, as a part of a larger statement, if its part `source` has a row. */
  part(
    { repositoryId, purl }: PackageKey,
    { tags, version, aggregateVersion }: ReleaseTags,
    source: string,
  ): StatementPart {
    return {
      text: `INSERT INTO dist_tags (repository_id, purl, tag, version, aggregate_version)
             SELECT DISTINCT $1::uuid, $2::text, tag, $3::text, $4::integer FROM ${source}, unnest($5::text[]) AS tag
             ${newerTag}`,
      values: [repositoryId, purl, version, aggregateVersion, tags],
    };
  }
}
