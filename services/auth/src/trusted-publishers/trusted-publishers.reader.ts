import { Injectable } from '@nestjs/common';
import type { OrganizationId, Principal, PublisherId } from '@waybill/domain';
import { isPackagePurl } from '@waybill/domain';
import type { FoundTarget } from '../grants/grant-targets.service.js';
import { GrantTargets } from '../grants/grant-targets.service.js';
import { notThere } from '../not-there.js';
import type { PublisherFilter } from './publisher-list.repository.js';
import { PublisherListRepository } from './publisher-list.repository.js';
import type { TrustedPublishersQuery, TrustedPublisherView } from './trusted-publishers.schema.js';
import { viewOfPublisher } from './trusted-publishers.schema.js';

/** A publisher as people see it, and the version that its ETag tells. */
export interface ShownPublisher {
  readonly view: TrustedPublisherView;
  readonly version: number;
}

type Filters = Pick<TrustedPublishersQuery, 'repository' | 'package' | 'issuer'>;
type Paging = Pick<PublisherFilter, 'after' | 'limit'>;

@Injectable()
export class TrustedPublishersReader {
  constructor(
    private readonly publishers: PublisherListRepository,
    private readonly targets: GrantTargets,
  ) {}

  /** Those of an organization. A filter that names what there is not finds nothing. */
  async list(
    organizationId: OrganizationId,
    { repository, package: purl, issuer }: Filters,
    paging: Paging,
  ): Promise<TrustedPublisherView[]> {
    if (purl !== undefined && !isPackagePurl(purl)) return [];
    const resource = repository === undefined ? undefined : await this.targets.resolve(repository);
    if (repository !== undefined && resource?.organizationId !== organizationId) return [];
    const repositoryId = resource?.repositoryId;
    const found = await this.publishers.list({ organizationId, issuer, repositoryId, packagePurl: purl, ...paging });
    return found.map(viewOfPublisher);
  }

  /** All that reach a repository or a package, with what they are for there. */
  async listOn(place: FoundTarget, paging: Paging): Promise<TrustedPublisherView[]> {
    return (await this.publishers.list({ ...withinOf(place), ...paging })).map(viewOfPublisher);
  }

  /** Throws what is thrown for what there is not, also for one that is for nothing in `place`. */
  async view(
    caller: Principal,
    on: { readonly organizationId: OrganizationId; readonly place?: FoundTarget | undefined },
    publisherId: PublisherId,
  ): Promise<ShownPublisher> {
    const { organizationId, place } = on;
    const where = place === undefined ? { organizationId } : withinOf(place);
    const [found] = await this.publishers.list({ ...where, publisherId, limit: 1 });
    if (found === undefined) throw notThere(caller);
    return { view: viewOfPublisher(found), version: found.version };
  }
}

/** What else a publisher is for, elsewhere, is not told to who manages this place. */
function withinOf({ organizationId, repositoryId, packagePurl }: FoundTarget): Omit<PublisherFilter, 'limit'> {
  return {
    organizationId,
    repositoryId: repositoryId ?? undefined,
    packagePurl: packagePurl ?? undefined,
    thereOnly: true,
  };
}
