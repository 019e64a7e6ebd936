import { Injectable } from '@nestjs/common';
import type { Principal } from '@waybill/domain';
import { can } from '@waybill/domain';
import { cutPage, decodeCursor, type Page, sentTime } from '@waybill/management-api';
import { z } from 'zod';
import { OrganizationRepository } from '../organizations/organization.repository.js';
import type { RepositoriesQuery } from './repositories.schema.js';
import type { RepositoryEntity } from './repository.entity.js';
import type { Listed, WantedRepositories } from './repository-list.repository.js';
import { RepositoryListRepository } from './repository-list.repository.js';
import { repositoryResourceOf } from './repository.repository.js';

/** Of a narrow token's owner, whose other repositories are passed over. */
const rowsAtOnce = 500;

const place = z.object({
  slug: z
    .string()
    .max(64)
    .regex(/^[a-z0-9-]+$/),
  createdAt: sentTime,
});

@Injectable()
export class RepositoryListService {
  readonly #repositories: RepositoryListRepository;
  readonly #organizations: OrganizationRepository;

  constructor(repositories: RepositoryListRepository, organizations: OrganizationRepository) {
    this.#repositories = repositories;
    this.#organizations = organizations;
  }

  /** What the caller may read, or restore. An organization that is not there has nothing, like one that is hidden (A6). */
  async list(caller: Principal, wanted: RepositoriesQuery): Promise<Page<RepositoryEntity>> {
    const { org, visibility, archived, deleted, sort, limit } = wanted;
    const after = decodeCursor(wanted.cursor, place);
    const organization = org === undefined ? undefined : await this.#organizations.findByName(org);
    if (organization === null) return { items: [], next: null };
    const seen = await this.#seenBy(caller, {
      ...(organization === undefined ? {} : { organizationId: organization.organizationId }),
      ...(visibility === undefined ? {} : { visibility }),
      ...(archived === undefined ? {} : { archived }),
      ...(after === undefined ? {} : { after }),
      deleted,
      sort,
      limit: limit + 1,
    });
    return cutPage(seen, limit, { placeOf, viewOf: (repository) => repository });
  }

  /**
   * The query narrows; the one decision function decides (a token may be narrower than its owner, A4). It goes on until the
   * page is full, so that a page never ends, and its cursor never names, where the caller sees nothing (A6).
   */
  async #seenBy(caller: Principal, wanted: WantedRepositories): Promise<RepositoryEntity[]> {
    const listed = listedFor(caller);
    const seen: RepositoryEntity[] = [];
    for (let next = wanted; ;) {
      const found = await this.#repositories.list(listed, next);
      seen.push(...found.filter((repository) => maySee(caller, repository)));
      const last = found.at(-1);
      if (last === undefined || found.length < next.limit || seen.length >= wanted.limit) return seen;
      next = { ...wanted, after: placeOf(last), limit: rowsAtOnce };
    }
  }
}

function placeOf({ slug, createdAt }: RepositoryEntity): z.infer<typeof place> {
  return { slug, createdAt: createdAt.toISOString() };
}

function maySee(caller: Principal, repository: RepositoryEntity): boolean {
  if (repository.deletedAt === null) return can(caller, 'read', repositoryResourceOf(repository)).allowed;
  return can(caller, 'restore', { kind: 'organization', organizationId: repository.organizationId }).allowed;
}

function listedFor(caller: Principal): Listed {
  if (caller.kind === 'anonymous') return { organizations: [], repositories: [], signedIn: false };
  if (caller.installationAdmin) return 'all';
  return {
    signedIn: true,
    organizations: caller.grants.flatMap((grant) => ('organizationId' in grant ? [grant.organizationId] : [])),
    repositories: caller.grants.flatMap((grant) => ('repositoryId' in grant ? [grant.repositoryId] : [])),
  };
}
