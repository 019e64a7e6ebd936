import { Injectable } from '@nestjs/common';
import type { OrganizationId, PublisherId, UserId } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import { CredentialChanges } from '../credential-changes/credential-changes.js';
import { OrganizationsRepository } from '../organizations/organizations.repository.js';
import type { PendingTarget, PublisherPackage } from './publisher-targets.repository.js';
import { PublisherTargetsRepository } from './publisher-targets.repository.js';
import { TrustedPublisherEnds } from './trusted-publisher-ends.js';
import { TrustedPublishersRepository } from './trusted-publishers.repository.js';

export interface FirstRelease extends PublisherPackage {
  readonly organizationId: OrganizationId;
  /** The trusted publisher that it came from. */
  readonly publisherId: PublisherId | undefined;
  /** The person who published it. */
  readonly userId: UserId | null;
  readonly publishedAt: Date;
}

/** How many expired targets one turn ends. */
const perTurn = 500;

/** Publishers of packages that there are not yet (pitfall 19): what becomes of them. */
@Injectable()
export class PendingPublishers {
  constructor(
    private readonly targets: PublisherTargetsRepository,
    private readonly publishers: TrustedPublishersRepository,
    private readonly organizations: OrganizationsRepository,
    private readonly ends: TrustedPublisherEnds,
    private readonly changes: CredentialChanges,
  ) {}

  /**
   * A package was published. Its publishers of whoever did that, or who registered the publisher that did, are from now on like any
   * others; those of others end, as the name turned out to be somebody else's.
   */
  async published(release: FirstRelease): Promise<void> {
    // Of nearly every publish there is none.
    if ((await this.targets.pendingOf(release)).length === 0) return;
    await this.changes.run(async (manager) => {
      await this.organizations.lockIfThere(manager, release.organizationId);
      const pending = await this.targets.pendingOf(release, manager);
      const by = await this.#publishedBy(manager, release);
      const isTheirs = (target: PendingTarget) =>
        target.publisherId === release.publisherId ||
        (target.createdByUserId !== null && target.createdByUserId === by) ||
        target.createdAt > release.publishedAt;
      const established = pending.filter(isTheirs);
      await this.targets.establish(
        manager,
        established.map(({ targetId }) => targetId),
      );
      const target = `package:${release.repositoryId}/${release.packagePurl}`;
      const taken = pending.filter((one) => !isTheirs(one)).map((one) => ({ ...one, target }));
      await this.ends.takeTargets(manager, { actor: 'publish' }, taken, 'taken');
    });
  }

  /** Ends those that nobody used in time, but for those whose package there is meanwhile. Some, if there are very many. */
  async endExpired(): Promise<void> {
    await this.changes.run(async (manager) => {
      const expired = await this.targets.expired(manager, perTurn);
      if (expired.length === 0) return;
      const packages = expired.flatMap(({ repositoryId, packagePurl }) =>
        repositoryId === null || packagePurl === null ? [] : [{ repositoryId, packagePurl }],
      );
      const there = await this.targets.existing(manager, packages);
      const known = new Set(there.map(({ repositoryId, packagePurl }) => `${repositoryId}/${packagePurl}`));
      const isThere = (one: (typeof expired)[number]) => known.has(`${one.repositoryId}/${one.packagePurl}`);
      await this.targets.establish(
        manager,
        expired.filter(isThere).map(({ targetId }) => targetId),
      );
      await this.ends.takeTargets(
        manager,
        { actor: 'policy' },
        expired.filter((one) => !isThere(one)),
        'expired',
      );
    });
  }

  async #publishedBy(manager: EntityManager, release: FirstRelease): Promise<UserId | null> {
    if (release.publisherId === undefined) return release.userId;
    return this.publishers.createdBy(manager, release.publisherId);
  }
}
