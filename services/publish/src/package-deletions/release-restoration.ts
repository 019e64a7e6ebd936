import { Injectable } from '@nestjs/common';
import { packageAggregate, releaseRestored } from '@waybill/contracts';
import { Outbox } from '@waybill/messaging';
import type { EntityManager } from 'typeorm';
import { inMessages } from '../package-changes/in-messages.js';
import { VisibleReleaseRepository } from '../package-changes/visible-release.repository.js';
import type { PackageEntity } from '../packages/package.entity.js';
import { PackageRepository } from '../packages/package.repository.js';
import type { RepositoryEntity } from '../repositories/repository.entity.js';
import { factsOf } from '../repositories/repository.repository.js';
import { TagRepository } from '../tags/tag.repository.js';
import type { WithdrawnRelease } from './package-deletion.repository.js';

export interface DecidedRestoration {
  readonly repository: RepositoryEntity;
  /** Locked. */
  readonly owner: PackageEntity;
  readonly releases: readonly Pick<WithdrawnRelease, 'releaseId' | 'version'>[];
  /** Tags that point again where they pointed. */
  readonly tags: Readonly<Record<string, string>>;
  /** The actor. */
  readonly changedBy: string;
}

/** Gives versions of a locked package out again and tells it, once it is decided that they come back. */
@Injectable()
export class ReleaseRestoration {
  readonly #packages: PackageRepository;
  readonly #releases: VisibleReleaseRepository;
  readonly #tags: TagRepository;
  readonly #outbox: Outbox;

  constructor(packages: PackageRepository, releases: VisibleReleaseRepository, tags: TagRepository, outbox: Outbox) {
    this.#packages = packages;
    this.#releases = releases;
    this.#tags = tags;
    this.#outbox = outbox;
  }

  async restore(manager: EntityManager, restoration: DecidedRestoration): Promise<void> {
    const { repository, owner, tags, changedBy } = restoration;
    const { packageId, purl: packagePurl } = owner;
    await this.#releases.restore(
      manager,
      restoration.releases.map(({ releaseId }) => releaseId),
    );
    const parts = inMessages(restoration.releases.map(({ releaseId, version }) => ({ releaseId, version })));
    for (const [index, releases] of parts.entries()) {
      const aggregateVersion = await this.#packages.countVisibleChange(manager, owner);
      await this.#outbox.append(manager, releaseRestored, {
        aggregate: packageAggregate(repository.repositoryId, packagePurl),
        aggregateVersion,
        data: {
          repository: factsOf(repository),
          packagePurl,
          changedBy,
          releases,
          tags: index === parts.length - 1 ? tags : {},
        },
      });
    }
    const rows = Object.entries(tags).map(([tag, version]) => ({
      packageId,
      tag,
      version,
      aggregateVersion: owner.aggregateVersion,
      wishedAt: new Date(),
    }));
    if (rows.length > 0) await this.#tags.save(manager, rows);
  }
}
