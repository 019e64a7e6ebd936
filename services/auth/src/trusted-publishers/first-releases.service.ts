import { Injectable } from '@nestjs/common';
import type { OrganizationId, PublisherIdentity, ReleasePath } from '@waybill/domain';
import { UnitOfWork } from '@waybill/persistence';
import { pinsOfPath } from '@waybill/trusted-publishing';
import { projectsWith } from './published-project.rules.js';
import type { TrustedPublisherEntity } from './trusted-publisher.entity.js';
import { TrustedPublishersRepository } from './trusted-publishers.repository.js';

export interface ReleaseOfPublisher {
  readonly trustedPublisher: PublisherIdentity;
  /** Whose repository it is in. */
  readonly organizationId: OrganizationId;
  readonly submittedAt: Date;
}

/**
 * What was submitted so soon after a publisher began to be about another project may be of the one before: by a token of that, with a long
 * upload. Such tokens ended with the change.
 */
const doubtfulMs = 86_400_000;

/**
 * The first release that comes through a publisher from a project proves that this project wants it, as no name does that somebody
 * registered; of other projects that its rule is about as well it proves nothing. Until then an exchange that names no repository tells its organization nothing of the project: neither when it was
 * used nor what its ids are (T8).
 */
@Injectable()
export class FirstReleases {
  constructor(
    private readonly publishers: TrustedPublishersRepository,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  async published({ trustedPublisher, organizationId, submittedAt }: ReleaseOfPublisher): Promise<void> {
    const { publisherId, path } = trustedPublisher;
    // Of nearly every release it is known.
    const found = await this.publishers.find(publisherId);
    if (found === undefined || !isNews(found, path)) return;
    await this.unitOfWork.run(async (manager) => {
      const publisher = await this.publishers.lock(manager, publisherId);
      if (publisher?.organizationId !== organizationId || !isNews(publisher, path)) return;
      const { rule, projectSince } = publisher;
      const isOther = rule.issuer !== path.issuer || rule.provider !== path.provider;
      if (isOther || (projectSince !== null && submittedAt.getTime() - projectSince.getTime() < doubtfulMs)) return;
      await this.publishers.published(manager, publisher, {
        pins: pinsOfPath({ ...rule }, path),
        projects: projectsWith(publisher, path),
        at: submittedAt,
      });
    });
  }
}

/** Whether a release by this path tells more of the publisher than it knows. */
function isNews(publisher: TrustedPublisherEntity, path: ReleasePath): boolean {
  return (
    publisher.firstPublishedAt === null || projectsWith(publisher, path).length > publisher.publishedProjects.length
  );
}
