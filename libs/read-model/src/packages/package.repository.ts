import { Inject, Injectable } from '@nestjs/common';
import type { Visibility } from '@waybill/domain';
import type { StatementPart } from '@waybill/persistence';
import { runJoined } from '@waybill/persistence';
import type { EntityManager, FindOneOptions } from 'typeorm';
import { DataSource } from 'typeorm';
import type { ReadModelOptions } from '../read-model-options.js';
import { READ_MODEL } from '../read-model-options.js';
import type { PackageKey } from './package-key.js';
import type { PackageRow } from './package-row.js';

@Injectable()
export class PackageRepository<Package extends PackageRow = PackageRow> {
  readonly #dataSource: DataSource;
  readonly #entity: new () => Package;

  constructor(dataSource: DataSource, @Inject(READ_MODEL) { packageEntity }: ReadModelOptions) {
    this.#dataSource = dataSource;
    this.#entity = packageEntity as new () => Package;
  }

  find({ repositoryId, purl }: PackageKey): Promise<Package | null> {
    return this.#rowIn(this.#dataSource.manager, { where: { repositoryId, purl } });
  }

  /** Takes the lock under which one package's read model changes; creates the package when it is new. */
  async lock(manager: EntityManager, { repositoryId, purl }: PackageKey, name: string): Promise<Package> {
    const find = { where: { repositoryId, purl }, lock: { mode: 'pessimistic_write' } } as const;
    const existing = await this.#rowIn(manager, find);
    if (existing !== null) return existing;
    await manager.query(
      `INSERT INTO packages (repository_id, purl, name, aggregate_version, modified_at) VALUES ($1, $2, $3, 0, to_timestamp(0))
       ON CONFLICT ON CONSTRAINT packages_pkey DO NOTHING`,
      [repositoryId, purl, name],
    );
    const made = await this.#rowIn(manager, find);
    if (made === null) throw new Error('A package was deleted while its read model changed.');
    return made;
  }

  /** Takes over what a package says of its visibility unless something newer is known. */
  async setVisibility(
    manager: EntityManager,
    key: PackageKey,
    visibility: Visibility | null,
    settingsVersion: number,
  ): Promise<void> {
    await manager.query(
      `UPDATE packages SET visibility = $3, settings_version = $4
       WHERE repository_id = $1 AND purl = $2 AND settings_version < $4`,
      [key.repositoryId, key.purl, visibility, settingsVersion],
    );
  }

  /**
   * Saves what every read model counts of a package that is locked, in one statement with `parts`, its documents: they may
   * select from `package`.
   */
  async save(
    manager: EntityManager,
    entity: PackageRow,
    parts: Readonly<Record<string, StatementPart>> = {},
  ): Promise<void> {
    const { repositoryId, purl, aggregateVersion, modifiedAt, visibleVersion } = entity;
    const saved = {
      text: `UPDATE packages SET aggregate_version = $3, modified_at = $4, visible_version = $5
             WHERE repository_id = $1 AND purl = $2 RETURNING purl`,
      values: [repositoryId, purl, aggregateVersion, modifiedAt, visibleVersion],
    };
    await runJoined(manager, { package: saved, ...parts }, 'SELECT purl FROM package');
  }

  // What TypeORM makes of the rows is of the class that it was asked for.
  #rowIn(manager: EntityManager, find: FindOneOptions<PackageRow>): Promise<Package | null> {
    return manager.getRepository<PackageRow>(this.#entity).findOne(find) as Promise<Package | null>;
  }
}
