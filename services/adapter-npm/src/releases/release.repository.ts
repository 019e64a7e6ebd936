import { Injectable } from '@nestjs/common';
import type { PackagePurl, ReleaseId, RepositoryId } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import { DataSource } from 'typeorm';
import { ReleaseEntity } from './release.entity.js';

@Injectable()
export class ReleaseRepository {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  findById(releaseId: ReleaseId): Promise<ReleaseEntity | null> {
    return this.#dataSource.getRepository(ReleaseEntity).findOneBy({ releaseId });
  }

  findPublished(repositoryId: RepositoryId, purl: PackagePurl, version: string): Promise<ReleaseEntity | null> {
    return this.#dataSource.getRepository(ReleaseEntity).findOneBy({ repositoryId, purl, version, state: 'published' });
  }

  async publishedVersions(repositoryId: RepositoryId, purl: PackagePurl): Promise<string[]> {
    const rows = await this.#dataSource
      .getRepository(ReleaseEntity)
      .find({ select: { releaseId: true, version: true }, where: { repositoryId, purl, state: 'published' } });
    return rows.map((row) => row.version);
  }

  /** All that clients may see, oldest first. */
  publishedOf(manager: EntityManager, repositoryId: RepositoryId, purl: PackagePurl): Promise<ReleaseEntity[]> {
    return manager.getRepository(ReleaseEntity).find({
      where: { repositoryId, purl, state: 'published' },
      order: { settledAt: 'ASC', version: 'ASC' },
    });
  }

  /** Takes over what is newer than what is known. Resolves to whether anything changed. */
  async save(manager: EntityManager, release: ReleaseEntity): Promise<boolean> {
    const rows: unknown[] = await manager.query(
      `INSERT INTO releases (release_id, repository_id, purl, version, state, manifest, facts, tarball_digest,
                             tarball_bytes, published_by, settled_at, reasons, aggregate_version,
                             signatures, attestations)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
       ON CONFLICT ON CONSTRAINT releases_pkey DO UPDATE
         SET state = excluded.state, settled_at = excluded.settled_at, reasons = excluded.reasons,
             aggregate_version = excluded.aggregate_version,
             signatures = coalesce(releases.signatures, excluded.signatures),
             attestations = coalesce(releases.attestations, excluded.attestations)
         WHERE releases.aggregate_version < excluded.aggregate_version
       RETURNING release_id`,
      [
        release.releaseId,
        release.repositoryId,
        release.purl,
        release.version,
        release.state,
        JSON.stringify(release.manifest),
        JSON.stringify(release.facts),
        release.tarballDigest,
        release.tarballBytes,
        release.publishedBy,
        release.settledAt,
        JSON.stringify(release.reasons),
        release.aggregateVersion,
        release.signatures === null ? null : JSON.stringify(release.signatures),
        release.attestations === null ? null : JSON.stringify(release.attestations),
      ],
    );
    return rows.length > 0;
  }
}
