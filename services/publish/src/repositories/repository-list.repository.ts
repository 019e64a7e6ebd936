import { Injectable } from '@nestjs/common';
import type { OrganizationId, RepositoryId, Visibility } from '@waybill/domain';
import { Brackets, DataSource } from 'typeorm';
import { RepositoryEntity } from './repository.entity.js';

/** Which repositories somebody may see in a list. */
export type Listed =
  | 'all'
  | {
      readonly organizations: readonly OrganizationId[];
      readonly repositories: readonly RepositoryId[];
      readonly signedIn: boolean;
    };

export const repositorySorts = ['slug', '-slug', 'created', '-created'] as const;
export type RepositorySort = (typeof repositorySorts)[number];

export interface WantedRepositories {
  readonly organizationId?: OrganizationId;
  readonly visibility?: Visibility;
  readonly archived?: boolean;
  readonly deleted: boolean;
  readonly sort: RepositorySort;
  /** The last repository of the page before. */
  readonly after?: { readonly slug: string; readonly createdAt: string };
  readonly limit: number;
}

@Injectable()
export class RepositoryListRepository {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  /** An unlisted repository is in no list but its members'; a deleted one in those of its organization alone. */
  list(listed: Listed, wanted: WantedRepositories): Promise<RepositoryEntity[]> {
    const { organizationId, visibility, archived, deleted, sort, after, limit } = wanted;
    const query = this.#dataSource.getRepository(RepositoryEntity).createQueryBuilder('r');
    query.where(deleted ? 'r.deletedAt IS NOT NULL' : 'r.deletedAt IS NULL');
    if (listed !== 'all') query.andWhere(seenBy(listed, deleted));
    if (organizationId !== undefined) query.andWhere('r.organizationId = :organizationId', { organizationId });
    if (visibility !== undefined) query.andWhere('r.visibility = :visibility', { visibility });
    if (archived !== undefined) query.andWhere('r.archived = :archived', { archived });
    const direction = sort.startsWith('-') ? 'DESC' : 'ASC';
    const than = direction === 'DESC' ? '<' : '>';
    if (sort.endsWith('created')) {
      query.orderBy('r.createdAt', direction).addOrderBy('r.slug', direction);
      // The driver reads milliseconds of what the database keeps in microseconds.
      if (after !== undefined) {
        query.andWhere(
          `(date_trunc('milliseconds', r.createdAt), r.slug) ${than} (:createdAt::timestamptz, :slug)`,
          after,
        );
      }
    } else {
      query.orderBy('r.slug', direction);
      if (after !== undefined) query.andWhere(`r.slug ${than} :slug`, after);
    }
    return query.limit(limit).getMany();
  }
}

function seenBy({ organizations, repositories, signedIn }: Exclude<Listed, 'all'>, deleted: boolean): Brackets {
  return new Brackets((where) => {
    where.where('r.organizationId = ANY(:organizations)', { organizations });
    if (deleted) return;
    where.orWhere('r.repositoryId = ANY(:repositories)', { repositories });
    where.orWhere('r.visibility = ANY(:open)', { open: signedIn ? ['public', 'internal'] : ['public'] });
  });
}
