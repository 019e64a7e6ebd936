import { Injectable } from '@nestjs/common';
import type { PackagePurl, RepositoryId, UserId, Visibility } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import { DataSource } from 'typeorm';
import type { PackageKey } from '@waybill/read-model';
import { visibleStates } from '@waybill/read-model';
import { StarEntity } from './star.entity.js';
import { maxShownStars } from './shown-stars.rules.js';

const maxListedStars = 10_000;

export interface StarredPackage {
  readonly purl: PackagePurl;
  readonly name: string;
  /** Its own; null where it has none. */
  readonly visibility: Visibility | null;
}

export interface Stargazer {
  readonly userId: UserId;
  readonly username: string;
}

@Injectable()
export class StarRepository {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  /** The names that a document shows. */
  async shownOn(
    repositoryId: RepositoryId,
    purl: PackagePurl,
    manager: EntityManager = this.#dataSource.manager,
  ): Promise<string[]> {
    const rows = await manager.getRepository(StarEntity).find({
      select: { username: true },
      where: { repositoryId, purl },
      order: { starredAt: 'ASC', userId: 'ASC' },
      take: maxShownStars,
    });
    return rows.map(({ username }) => username);
  }

  /** Resolves to whether it was not there before. */
  async add(manager: EntityManager, { repositoryId, purl }: PackageKey, by: Stargazer): Promise<boolean> {
    const rows: unknown[] = await manager.query(
      `INSERT INTO stars (repository_id, purl, user_id, username, starred_at) VALUES ($1, $2, $3, $4, now())
       ON CONFLICT ON CONSTRAINT stars_pkey DO NOTHING RETURNING user_id`,
      [repositoryId, purl, by.userId, by.username],
    );
    return rows.length > 0;
  }

  /** Resolves to whether it was there. */
  async remove(manager: EntityManager, { repositoryId, purl }: PackageKey, by: Stargazer): Promise<boolean> {
    const result = await manager.getRepository(StarEntity).delete({ repositoryId, purl, userId: by.userId });
    return (result.affected ?? 0) > 0;
  }

  /** The packages of a repository that a user starred and that still have something to see, newest star first. */
  async byUsername(repositoryId: RepositoryId, username: string): Promise<StarredPackage[]> {
    return this.#dataSource.query(
      `SELECT packages.purl, packages.name, packages.visibility
       FROM stars JOIN packages ON packages.repository_id = stars.repository_id AND packages.purl = stars.purl
       WHERE stars.repository_id = $1 AND stars.username = $2
         AND EXISTS (SELECT FROM releases WHERE releases.repository_id = packages.repository_id
                       AND releases.purl = packages.purl AND releases.state = ANY($3))
       ORDER BY stars.starred_at DESC, packages.name LIMIT $4`,
      [repositoryId, username, visibleStates, maxListedStars],
    );
  }
}
