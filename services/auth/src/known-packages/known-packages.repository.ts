import { Injectable } from '@nestjs/common';
import type { PackagePurl, RepositoryId } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import { KnownPackageEntity } from './known-package.entity.js';

export interface PackageNews {
  readonly repositoryId: RepositoryId;
  readonly packagePurl: PackagePurl;
  readonly version: number;
  /** Whether it ends what was given on the package. */
  readonly ends: boolean;
}

/** What a piece of news still ends: what was given until then; undefined: nothing, it was heard before or is none that ends. */
export type Ending = { readonly givenUntil: Date | undefined } | undefined;

// What was heard is of the moment when this runs, and not of the transaction's begin: it may have waited for a lock.
const learnQuery = `
  INSERT INTO known_packages AS known (repository_id, package_purl, event_version, heard_at, ended_version)
  VALUES ($1, $2, $3, date_trunc('milliseconds', clock_timestamp()) + interval '1 millisecond', $4)
  ON CONFLICT ON CONSTRAINT known_packages_pk DO UPDATE SET
    heard_at = CASE WHEN known.event_version < $3 THEN excluded.heard_at ELSE known.heard_at END,
    event_version = greatest(known.event_version, $3), ended_version = greatest(known.ended_version, $4)`;

@Injectable()
export class KnownPackagesRepository {
  /**
   * Writes down that this was heard. Late news ends only what was given before newer news was heard: all times are those of
   * one database, and whatever is in doubt ends.
   */
  async learn(manager: EntityManager, news: PackageNews): Promise<Ending> {
    const { repositoryId, packagePurl, version, ends } = news;
    const where = { repositoryId, packagePurl };
    const known = await manager
      .getRepository(KnownPackageEntity)
      .findOne({ where, lock: { mode: 'pessimistic_write' } });
    await manager.query(learnQuery, [repositoryId, packagePurl, version, ends ? version : 0]);
    if (!ends || (known !== null && known.endedVersion >= version)) return undefined;
    return { givenUntil: known !== null && known.eventVersion > version ? known.heardAt : undefined };
  }
}
