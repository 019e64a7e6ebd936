import { Injectable } from '@nestjs/common';
import type { PackageId, ReleaseId } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import type { EntityRow, StatementPart } from '@waybill/persistence';
import { entityIn, insertPart } from '@waybill/persistence';
import type { EntityManager, FindOptionsSelect, FindOptionsWhere } from 'typeorm';
import { DataSource, In, IsNull, Not } from 'typeorm';
import { ArtifactEntity } from '../artifacts/artifact.entity.js';
import { PackageEntity } from '../packages/package.entity.js';
import { RepositoryEntity } from '../repositories/repository.entity.js';
import { TagEntity } from '../tags/tag.entity.js';
import { ReleaseEntity } from './release.entity.js';

/** A release with everything that its events say. */
export interface WholeRelease {
  readonly release: ReleaseEntity;
  readonly artifacts: readonly ArtifactEntity[];
  readonly package: PackageEntity;
  readonly repository: RepositoryEntity;
}

/** What was read of one release at one moment. */
export interface StoredRelease extends WholeRelease {
  /** All tags of its package, with those that were removed. */
  readonly tags: readonly TagEntity[];
  /** Of the row of its package: another one after every change of anything that belongs to the package. */
  readonly rowVersion: string;
  /** Of the row of its repository. */
  readonly repositoryVersion: string;
}

interface StoredRow {
  readonly release: EntityRow;
  readonly package: EntityRow;
  readonly repository: EntityRow;
  readonly artifacts: readonly EntityRow[];
  readonly tags: readonly EntityRow[];
  readonly row_version: string;
  readonly repository_version: string;
}

@Injectable()
export class ReleaseRepository {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  /** The release that holds the version; a replaced one does not. */
  findCurrent(manager: EntityManager, packageId: PackageId, version: string): Promise<ReleaseEntity | null> {
    return manager.getRepository(ReleaseEntity).findOneBy({ packageId, version, replaced: false });
  }

  async findWhole(
    releaseId: ReleaseId,
    manager: EntityManager = this.#dataSource.manager,
  ): Promise<StoredRelease | null> {
    const [row] = await manager.query<StoredRow[]>(
      `SELECT row_to_json(releases) AS release, row_to_json(packages) AS package, packages.xmin::text AS row_version,
              row_to_json(repositories) AS repository, repositories.xmin::text AS repository_version,
              (SELECT coalesce(json_agg(file ORDER BY filename), '[]') FROM artifacts AS file
                WHERE file.release_id = releases.release_id) AS artifacts,
              (SELECT coalesce(json_agg(one), '[]') FROM tags AS one WHERE one.package_id = packages.package_id) AS tags
         FROM releases JOIN packages USING (package_id) JOIN repositories USING (repository_id)
        WHERE releases.release_id = $1`,
      [releaseId],
    );
    if (row === undefined) return null;
    return {
      release: entityIn(manager, ReleaseEntity, row.release),
      package: entityIn(manager, PackageEntity, row.package),
      repository: entityIn(manager, RepositoryEntity, row.repository),
      artifacts: row.artifacts.map((artifact) => entityIn(manager, ArtifactEntity, artifact)),
      tags: row.tags.map((tag) => entityIn(manager, TagEntity, tag)),
      rowVersion: row.row_version,
      repositoryVersion: row.repository_version,
    };
  }

  /** For lists, oldest first. Their metadata, which no list shows and which may be large, is not read and stays empty. */
  async findMany(releaseIds: readonly ReleaseId[]): Promise<WholeRelease[]> {
    const manager = this.#dataSource.manager;
    const { columns } = manager.getRepository(ReleaseEntity).metadata;
    const select = Object.fromEntries(columns.map(({ propertyName }) => [propertyName, propertyName !== 'metadata']));
    const found = await this.#find(manager, { releaseId: In([...releaseIds]) }, select);
    for (const { release } of found) release.metadata = { kind: 'inline', json: {} };
    return found;
  }

  /** Whether others of its batch are not decided on yet; reads nothing of them. */
  async waitsForOthers(manager: EntityManager, { releaseId, batchId }: ReleaseEntity): Promise<boolean> {
    if (batchId === null) return false;
    const others = { batchId, releaseId: Not(releaseId), ownDecision: IsNull() };
    return manager.getRepository(ReleaseEntity).existsBy(others);
  }

  /** The other releases of its batch. */
  findBatch(manager: EntityManager, { releaseId, batchId }: ReleaseEntity): Promise<WholeRelease[]> {
    if (batchId === null) return Promise.resolve([]);
    return this.#find(manager, { batchId, releaseId: Not(releaseId) });
  }

  /** A release and its artifacts, as parts of a larger statement, if its part `source` has a row. */
  insertParts(
    manager: EntityManager,
    { release, artifacts }: Pick<WholeRelease, 'release' | 'artifacts'>,
    source: string,
  ): Record<string, StatementPart> {
    return {
      release: insertPart(manager, ReleaseEntity, [release], { source }),
      artifacts: insertPart(manager, ArtifactEntity, artifacts, { source }),
    };
  }

  /** `saveState` as a part of a larger statement, if its part `source` has a row. */
  statePart(release: ReleaseEntity, source: string): StatementPart {
    const { releaseId, state, staging, reasons, settledAt, ownDecision } = release;
    return {
      text: `UPDATE releases SET state = $2, reasons = $3, settled_at = $4, own_decision = $5, staging = $6
             FROM ${source} WHERE release_id = $1`,
      values: [
        releaseId,
        state,
        JSON.stringify(reasons),
        settledAt,
        ownDecision === null ? null : JSON.stringify(ownDecision),
        staging,
      ],
    };
  }

  async markReplaced(manager: EntityManager, releaseId: ReleaseId): Promise<void> {
    await manager.getRepository(ReleaseEntity).update({ releaseId }, { replaced: true });
  }

  async saveState(manager: EntityManager, release: ReleaseEntity): Promise<void> {
    const { releaseId, state, staging, reasons, settledAt, ownDecision } = release;
    await manager
      .getRepository(ReleaseEntity)
      .update({ releaseId }, { state, staging, reasons, settledAt, ownDecision });
  }

  // Two queries, however many releases: one with the package and the repository joined, one for the artifacts.
  async #find(
    manager: EntityManager,
    where: FindOptionsWhere<ReleaseEntity>,
    select?: FindOptionsSelect<ReleaseEntity>,
  ): Promise<WholeRelease[]> {
    const releases = await manager.getRepository(ReleaseEntity).find({
      where,
      ...(select === undefined ? {} : { select }),
      relations: { package: { repository: true } },
      order: { submittedAt: 'ASC', releaseId: 'ASC' },
    });
    if (releases.length === 0) return [];
    const artifacts = await manager.getRepository(ArtifactEntity).find({
      where: { releaseId: In(releases.map((release) => release.releaseId)) },
      order: { filename: 'ASC' },
    });
    const byRelease = Map.groupBy(artifacts, (artifact) => artifact.releaseId);
    return releases.map((release) => wholeOf(release, byRelease.get(release.releaseId) ?? []));
  }
}

function wholeOf(release: ReleaseEntity, artifacts: readonly ArtifactEntity[]): WholeRelease {
  const repository = release.package?.repository;
  if (release.package === undefined || repository === undefined) {
    throw new DomainError('internal', 'release.no-package', 'A release was read without its package.');
  }
  return { release, artifacts, package: release.package, repository };
}
