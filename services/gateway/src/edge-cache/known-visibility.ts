import type { PackageVisibility, RepositoryVisibility } from '@waybill/contracts';
import type { OrganizationId, Resource, Visibility } from '@waybill/domain';
import { effectiveVisibility } from '@waybill/domain';
import { LRUCache } from 'lru-cache';

const maxRepositories = 10_000;
const maxPackages = 10_000;
const keptMilliseconds = 3_600_000;

interface News<Known extends Visibility | null> {
  readonly visibility: Known;
  readonly aggregateVersion: number;
}

interface RepositoryNews extends News<Visibility> {
  /** Whose it is now, where that was said. */
  readonly organizationId: OrganizationId | undefined;
  readonly deleted: boolean;
}

/**
 * What was said lately about who may see a repository or a package. A service answers by its own read model, which hears of a
 * change a little later than the gateways: what it says is never taken for wider than what is known here (security.md A9).
 */
export class KnownVisibility {
  private readonly repositories = new LRUCache<string, RepositoryNews>({
    max: maxRepositories,
    ttl: keptMilliseconds,
  });
  private readonly packages = new LRUCache<string, News<Visibility | null>>({
    max: maxPackages,
    ttl: keptMilliseconds,
  });

  /** False for what is known already, or older than that. */
  learn({
    repositoryId,
    organizationId,
    visibility,
    deleted = false,
    aggregateVersion,
  }: RepositoryVisibility): boolean {
    return learnIn(this.repositories, repositoryId, { organizationId, visibility, deleted, aggregateVersion });
  }

  /** The same of what a package says of itself. */
  learnOfPackage({ repositoryId, packagePurl, visibility, aggregateVersion }: PackageVisibility): boolean {
    return learnIn(this.packages, `${repositoryId}/${packagePurl}`, { visibility, aggregateVersion });
  }

  /** Whether it is in a repository that is deleted, and so answers everybody as if it did not exist. */
  isDeleted(resource: Resource): boolean {
    return 'repositoryId' in resource && this.repositories.get(resource.repositoryId)?.deleted === true;
  }

  /**
   * The resource as it is now. Of a package, what its service says is both its repository's and its own: whichever is known
   * here can only narrow that, and what became wider is so when the service says it.
   */
  now(resource: Resource): Resource {
    if (!('visibility' in resource)) return resource;
    const repository = this.repositories.get(resource.repositoryId);
    const organizationId = repository?.organizationId ?? resource.organizationId;
    if (resource.kind === 'repository') {
      return repository === undefined ? resource : { ...resource, organizationId, visibility: repository.visibility };
    }
    const own = this.packages.get(`${resource.repositoryId}/${resource.purl}`);
    if (repository === undefined && own === undefined) return resource;
    const inRepository = effectiveVisibility(resource.visibility, repository?.visibility ?? null);
    return { ...resource, organizationId, visibility: effectiveVisibility(inRepository, own?.visibility ?? null) };
  }

  /** News may have been missed. */
  forget(): void {
    this.repositories.clear();
    this.packages.clear();
  }
}

function learnIn<Kept extends News<Visibility | null>>(
  memory: LRUCache<string, Kept>,
  key: string,
  news: Kept,
): boolean {
  const before = memory.get(key);
  if (before !== undefined && before.aggregateVersion >= news.aggregateVersion) return false;
  memory.set(key, news);
  return true;
}
