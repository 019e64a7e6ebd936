import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { PackageId, PackagePurl, ReleaseId, RepositoryId } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import type { StatementPart } from '@waybill/persistence';
import type { EntityManager } from 'typeorm';
import { DataSource } from 'typeorm';
import { PackageEntity } from './package.entity.js';

/**
 * What keeps a package as the writer knows it: its lock; or that its row is still the one that was read, which holds for
 * everything that belongs to the package, since whoever changes any of that writes the row; or that there was none. Who has
 * no lock names the row of the repository, too, as it was read: whose it is was decided on (security.md A1).
 */
export type Hold =
  | { readonly kind: 'locked' }
  | { readonly kind: 'unchanged'; readonly rowVersion: string; readonly repositoryVersion: string }
  | { readonly kind: 'new'; readonly repositoryVersion: string };

@Injectable()
export class PackageRepository {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  /**
   * Makes the package if it is new, and locks it until the transaction ends. The repository is kept as it is. `assertMay` sees
   * what there is before anything else is said of it. Errors: those of `assertMay`, `conflict` `package.name-taken` where
   * another package has that name in other case, `package.moved` where one was moved away.
   */
  async lockOrCreate(
    manager: EntityManager,
    repositoryId: RepositoryId,
    purl: PackagePurl,
    assertMay: (existing: PackageEntity | null) => void,
  ): Promise<PackageEntity> {
    const existing = await this.lock(manager, repositoryId, purl);
    assertMay(existing);
    if (existing !== null) return existing;
    // Without a target: whichever constraint somebody else's insert meets, it decides, and the next look tells.
    const { text, values } = newPart(newPackage(repositoryId, purl), 'SELECT');
    await manager.query(text, [...values]);
    const made = await this.lock(manager, repositoryId, purl);
    if (made !== null) return made;
    if (await this.wasMovedAway(manager, repositoryId, purl)) throw movedAway();
    throw new DomainError(
      'conflict',
      'package.name-taken',
      'There is a package already whose name differs from this one in upper and lower case only.',
    );
  }

  find(
    repositoryId: RepositoryId,
    purl: PackagePurl,
    manager: EntityManager = this.#dataSource.manager,
  ): Promise<PackageEntity | null> {
    return manager.getRepository(PackageEntity).findOneBy({ repositoryId, purl });
  }

  findById(packageId: PackageId, manager: EntityManager = this.#dataSource.manager): Promise<PackageEntity | null> {
    return manager.getRepository(PackageEntity).findOneBy({ packageId });
  }

  lock(manager: EntityManager, repositoryId: RepositoryId, purl: PackagePurl): Promise<PackageEntity | null> {
    return manager
      .getRepository(PackageEntity)
      .findOne({ where: { repositoryId, purl }, lock: { mode: 'pessimistic_write' } });
  }

  async wasMovedAway(manager: EntityManager, repositoryId: RepositoryId, purl: PackagePurl): Promise<boolean> {
    const rows = await manager.query<unknown[]>(
      'SELECT 1 FROM package_moves WHERE repository_id = $1 AND name_key = $2 LIMIT 1',
      [repositoryId, purl.toLowerCase()],
    );
    return rows.length > 0;
  }

  /**
   * Locks the package of a release, so that what is read of the release afterwards stays true; with those of its batch, in
   * the order of their names, which is the same for everybody.
   */
  async lockOfRelease(manager: EntityManager, releaseId: ReleaseId): Promise<void> {
    await manager.query(
      `SELECT package_id FROM packages WHERE package_id IN (
         SELECT package_id FROM releases WHERE release_id = $1
         UNION SELECT one.package_id FROM releases one JOIN releases mine USING (batch_id) WHERE mine.release_id = $1)
       ORDER BY purl COLLATE "C" FOR UPDATE`,
      [releaseId],
    );
  }

  /**
   * Saves what the package counts, if it and its repository are as the writer knows them: one row then, and none otherwise.
   * The repository stays as it is until the transaction ends, and is locked before the package.
   */
  part(entity: PackageEntity, hold: Hold): StatementPart {
    const { packageId, aggregateVersion, visibleVersion } = entity;
    if (hold.kind === 'new') {
      const { text, values } = newPart(entity, unchangedRepository('$2', '$7'));
      return { text, values: [...values, hold.repositoryVersion] };
    }
    const change = `UPDATE packages SET aggregate_version = $2, visible_version = $3,
             changed_at = CASE WHEN visible_version = $3 THEN changed_at ELSE now() END`;
    const values = [packageId, aggregateVersion, visibleVersion];
    if (hold.kind === 'locked') return { text: `${change} WHERE package_id = $1 RETURNING package_id`, values };
    return {
      text: `${change} FROM (${unchangedRepository('$5', '$6')}) AS place
              WHERE package_id = $1 AND packages.xmin = $4::xid AND packages.repository_id = place.repository_id
             RETURNING package_id`,
      values: [...values, hold.rowVersion, entity.repositoryId, hold.repositoryVersion],
    };
  }

  /** Tells who read the package without its lock that something of it is different. */
  async touch(manager: EntityManager, { packageId }: PackageEntity): Promise<void> {
    await manager.query('UPDATE packages SET visible_version = visible_version WHERE package_id = $1', [packageId]);
  }

  async saveVersion(manager: EntityManager, entity: PackageEntity): Promise<void> {
    const { text, values } = this.part(entity, { kind: 'locked' });
    await manager.query(text, [...values]);
  }

  /** What people say of a package that is locked; counts it for the entity tag. */
  async saveSettings(manager: EntityManager, entity: PackageEntity): Promise<void> {
    entity.version += 1;
    const { packageId, visibility, archived, trustedPublishingOnly, deletedAt, version } = entity;
    await manager
      .getRepository(PackageEntity)
      .update({ packageId }, { visibility, archived, trustedPublishingOnly, deletedAt, version });
  }

  /** Counts a change that clients can see; its event takes the number. */
  async countVisibleChange(manager: EntityManager, entity: PackageEntity): Promise<number> {
    entity.aggregateVersion += 1;
    entity.visibleVersion = entity.aggregateVersion;
    await this.saveVersion(manager, entity);
    return entity.aggregateVersion;
  }
}

/** The repository as it was read, which it stays; no row where it is another one by now. */
function unchangedRepository(repositoryId: string, version: string): string {
  return `SELECT repository_id FROM repositories
           WHERE repository_id = ${repositoryId}::uuid AND xmin = ${version}::xid FOR SHARE`;
}

/** `place` has a row if the package may be made. */
function newPart(entity: PackageEntity, place: string): StatementPart {
  const { packageId, repositoryId, purl, nameKey, aggregateVersion, visibleVersion } = entity;
  // The name of a package that was moved away stays its own: what it stood for never becomes something else (I8).
  return {
    text: `INSERT INTO packages (package_id, repository_id, purl, name_key, aggregate_version, visible_version)
           SELECT $1::uuid, $2::uuid, $3::text, $4::text, $5::integer, $6::integer FROM (${place}) AS place
            WHERE NOT EXISTS (SELECT FROM package_moves WHERE repository_id = $2::uuid AND name_key = $4::text)
           ON CONFLICT DO NOTHING RETURNING package_id`,
    values: [packageId, repositoryId, purl, nameKey, aggregateVersion, visibleVersion],
  };
}

function movedAway(): DomainError {
  return new DomainError(
    'conflict',
    'package.moved',
    'A package of this name was moved from here to another repository, and its name is not given to another one.',
  );
}

/** A package that nobody has published to yet. */
export function newPackage(repositoryId: RepositoryId, purl: PackagePurl): PackageEntity {
  const entity = new PackageEntity();
  entity.packageId = randomUUID() as PackageId;
  entity.repositoryId = repositoryId;
  entity.purl = purl;
  entity.nameKey = purl.toLowerCase();
  entity.aggregateVersion = 0;
  entity.visibleVersion = 0;
  entity.visibility = null;
  entity.archived = false;
  entity.trustedPublishingOnly = null;
  entity.deletedAt = null;
  entity.version = 1;
  return entity;
}
