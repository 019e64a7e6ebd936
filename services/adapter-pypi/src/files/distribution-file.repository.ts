import { Injectable } from '@nestjs/common';
import type { PackageKey } from '@waybill/read-model';
import { visibleStates } from '@waybill/read-model';
import type { EntityManager } from 'typeorm';
import { DataSource, In } from 'typeorm';
import { DistributionFileEntity } from './distribution-file.entity.js';
import type { CoreMetadataJson } from './file-metadata.js';

@Injectable()
export class DistributionFileRepository {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  /** The file of that name that clients may see. */
  findVisible({ repositoryId, purl }: PackageKey, filename: string): Promise<DistributionFileEntity | null> {
    const where = { repositoryId, purl, filename, state: In(visibleStates) };
    return this.#dataSource.getRepository(DistributionFileEntity).findOneBy(where);
  }

  /** All that clients may see, oldest first; inside of a transaction when a manager is given. */
  visibleOf(
    { repositoryId, purl }: PackageKey,
    manager: EntityManager = this.#dataSource.manager,
  ): Promise<DistributionFileEntity[]> {
    return manager.getRepository(DistributionFileEntity).find({
      where: { repositoryId, purl, state: In(visibleStates) },
      order: { settledAt: 'ASC', filename: 'ASC' },
    });
  }

  async coreMetadataOf({ releaseId }: Pick<DistributionFileEntity, 'releaseId'>): Promise<CoreMetadataJson> {
    const [row] = await this.#dataSource.query<{ readonly core_metadata: CoreMetadataJson }[]>(
      'SELECT core_metadata FROM releases WHERE release_id = $1',
      [releaseId],
    );
    return row?.core_metadata ?? {};
  }

  /** Takes over what is newer than what is known. Resolves to whether it is newer. */
  async save(manager: EntityManager, file: DistributionFileEntity): Promise<boolean> {
    const rows: unknown[] = await manager.query(
      `INSERT INTO releases (release_id, repository_id, purl, version, state, published_by, settled_at, reasons,
                             deprecation, evidence, aggregate_version, filename, file_digest, file_bytes,
                             metadata_digest, metadata_bytes, metadata, core_metadata)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8::jsonb, $9, $10::jsonb, $11, $12, $13, $14, $15, $16, $17::jsonb, $18::json)
       ON CONFLICT ON CONSTRAINT releases_pkey DO UPDATE
         SET state = excluded.state, settled_at = excluded.settled_at, reasons = excluded.reasons,
             aggregate_version = excluded.aggregate_version, deprecation = excluded.deprecation,
             evidence = excluded.evidence
         WHERE releases.aggregate_version < excluded.aggregate_version
       RETURNING release_id`,
      [
        file.releaseId,
        file.repositoryId,
        file.purl,
        file.version,
        file.state,
        file.publishedBy,
        file.settledAt,
        JSON.stringify(file.reasons),
        file.deprecation,
        file.evidence === null ? null : JSON.stringify(file.evidence),
        file.aggregateVersion,
        file.filename,
        file.fileDigest,
        file.fileBytes,
        file.metadataDigest,
        file.metadataBytes,
        JSON.stringify(file.metadata),
        JSON.stringify(file.coreMetadata ?? {}),
      ],
    );
    return rows.length > 0;
  }
}
