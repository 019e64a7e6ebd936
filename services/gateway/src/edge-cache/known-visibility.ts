import type { RepositoryVisibility } from '@waybill/contracts';
import type { RepositoryId, Resource } from '@waybill/domain';
import { LRUCache } from 'lru-cache';

const maxRepositories = 10_000;
const keptMilliseconds = 3_600_000;

type News = Omit<RepositoryVisibility, 'repositoryId'>;

/**
 * What was said lately about who may see a repository. A service answers by its own read model, which hears of a change a
 * little later than the gateways: what it says about a repository is taken for what is known here (security.md A9).
 */
export class KnownVisibility {
  private readonly known = new LRUCache<RepositoryId, News>({ max: maxRepositories, ttl: keptMilliseconds });

  /** False for what is known already, or older than that. */
  learn({ repositoryId, visibility, aggregateVersion }: RepositoryVisibility): boolean {
    const before = this.known.get(repositoryId);
    if (before !== undefined && before.aggregateVersion >= aggregateVersion) return false;
    this.known.set(repositoryId, { visibility, aggregateVersion });
    return true;
  }

  /** The resource as it is now. */
  now(resource: Resource): Resource {
    if (!('visibility' in resource)) return resource;
    const news = this.known.get(resource.repositoryId);
    return news === undefined ? resource : { ...resource, visibility: news.visibility };
  }

  /** News may have been missed. */
  forget(): void {
    this.known.clear();
  }
}
