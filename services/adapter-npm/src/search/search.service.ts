import { Injectable } from '@nestjs/common';
import type { ReplyOf } from '@waybill/contracts';
import { searchPackages } from '@waybill/contracts';
import type { Principal, Resource } from '@waybill/domain';
import { can, decisionOnMissing, refusal } from '@waybill/domain';
import { RequestClient } from '@waybill/messaging';
import type { RepositoryEntity } from '@waybill/read-model';
import { RepositoryRepository } from '@waybill/read-model';
import type { SearchText } from './search-text.rules.js';
import { SearchOwnersRepository } from './search-owners.repository.js';
import type { SearchPage } from './search.schema.js';

// Shorter than a person waits; a search that is away is a 503 and no more.
const timeoutMs = 4000;

export interface FoundPackages {
  readonly found: ReplyOf<typeof searchPackages>;
  /** User names by package purl, where owners are known. */
  readonly owners: ReadonlyMap<string, readonly string[]>;
}

@Injectable()
export class SearchService {
  readonly #repositories: RepositoryRepository;
  readonly #requests: RequestClient;
  readonly #owners: SearchOwnersRepository;

  constructor(repositories: RepositoryRepository, requests: RequestClient, owners: SearchOwnersRepository) {
    this.#repositories = repositories;
    this.#requests = requests;
    this.#owners = owners;
  }

  /**
   * What the caller may read, best first. Whoever is not signed in and may not read the repository is asked to sign in,
   * the same for one that does not exist; whoever is, finds what single packages are granted, or nothing (security.md
   * A5, A6). Errors: `unauthenticated`, `unavailable`.
   */
  async search(principal: Principal, slug: string, text: SearchText, page: SearchPage): Promise<FoundPackages> {
    const nothing: FoundPackages = { found: { total: 0, packages: [] }, owners: new Map() };
    const repository = await this.#repositories.findBySlug(slug);
    const decision =
      repository === null ? decisionOnMissing(principal) : can(principal, 'read', resourceOf(repository));
    if (!decision.allowed && decision.because === 'authenticate') throw refusal(decision, 'What you asked for');
    if (repository === null) return nothing;
    const { repositoryId } = repository;
    const found = await this.#requests.ask(
      searchPackages,
      {
        principal,
        repositoryId,
        ecosystem: 'npm',
        text: text.text,
        keywords: [...text.keywords],
        ...(text.scope === undefined ? {} : { namespace: text.scope }),
        ...(text.username === undefined ? {} : { username: text.username }),
        ...page,
      },
      { timeoutMs },
    );
    const purls = found.packages.map(({ packagePurl }) => packagePurl);
    return { found, owners: await this.#owners.of(repositoryId, purls) };
  }
}

function resourceOf({ repositoryId, organizationId, visibility }: RepositoryEntity): Resource {
  return { kind: 'repository', repositoryId, organizationId, visibility };
}
