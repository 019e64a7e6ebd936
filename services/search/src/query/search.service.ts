import { Inject, Injectable } from '@nestjs/common';
import type { ReplyOf, RequestOf, searchPackages } from '@waybill/contracts';
import { RepositoryRepository } from '../repositories/repository.repository.js';
import type { SearchHit, SearchIndex } from '../search-index/search-index.js';
import { SEARCH_INDEX } from '../search-index/search-index.js';
import { isNothing, readablePackages } from './readable-packages.rules.js';

@Injectable()
export class SearchService {
  readonly #repositories: RepositoryRepository;
  readonly #index: SearchIndex;

  constructor(repositories: RepositoryRepository, @Inject(SEARCH_INDEX) index: SearchIndex) {
    this.#repositories = repositories;
    this.#index = index;
  }

  /** A repository that is not known (yet) answers like one in which nothing is found (security.md A6). */
  async search(request: RequestOf<typeof searchPackages>): Promise<ReplyOf<typeof searchPackages>> {
    const { principal, ...query } = request;
    const repository = await this.#repositories.findById(request.repositoryId);
    if (repository === null) return { total: 0, packages: [] };
    const { repositoryId, organizationId, visibility } = repository;
    const visible = readablePackages(principal, { repositoryId, organizationId, visibility });
    if (isNothing(visible)) return { total: 0, packages: [] };
    const { total, hits } = await this.#index.query({ ...query, visible, now: new Date() });
    return { total, packages: hits.map(packageOf) };
  }
}

function packageOf({ packagePurl, document, downloads, score }: SearchHit) {
  const { version, summary, publishedAt, publishedBy, deprecated } = document;
  return {
    packagePurl,
    version,
    summary,
    publishedAt: publishedAt.toISOString(),
    publishedBy,
    deprecated,
    downloads,
    score,
  };
}
