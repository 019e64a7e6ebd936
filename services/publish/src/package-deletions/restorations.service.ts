import { Injectable } from '@nestjs/common';
import type { AuditActor } from '@waybill/audit';
import { AuditTrail } from '@waybill/audit';
import { DomainError } from '@waybill/domain';
import { UnitOfWork } from '@waybill/persistence';
import { ReservedNameRepository } from '../package-access/reserved-name.repository.js';
import type { PackageWish } from '../package-changes/package-writer.js';
import { noVersion, PackageWriter } from '../package-changes/package-writer.js';
import { noPackage } from '../package-list/packages.service.js';
import type { ChangedPackage } from '../package-settings/package-news.js';
import { PackageNews } from '../package-settings/package-news.js';
import { assertOpen } from '../packages/open-package.rules.js';
import { PackageRepository } from '../packages/package.repository.js';
import { SourceLinkRepository } from '../source-links/source-link.repository.js';
import { SourceInheritance } from '../source-repositories/source-inheritance.js';
import { PackageDeletionRepository } from './package-deletion.repository.js';
import { ReleaseRestoration } from './release-restoration.js';
import { RestoredBytes } from './restored-bytes.js';
import { assertRestorable } from './restore-window.rules.js';

const maxAudited = 100;

/** Brings back, for 30 days and with the very same bytes, what was deleted or withdrawn. */
@Injectable()
export class RestorationsService {
  readonly #writer: PackageWriter;
  readonly #packages: PackageRepository;
  readonly #deletions: PackageDeletionRepository;
  readonly #restoration: ReleaseRestoration;
  readonly #bytes: RestoredBytes;
  readonly #names: ReservedNameRepository;
  readonly #news: PackageNews;
  readonly #links: SourceLinkRepository;
  readonly #inheritance: SourceInheritance;
  readonly #audit: AuditTrail;
  readonly #unitOfWork: UnitOfWork;

  constructor(
    writer: PackageWriter,
    packages: PackageRepository,
    deletions: PackageDeletionRepository,
    restoration: ReleaseRestoration,
    bytes: RestoredBytes,
    names: ReservedNameRepository,
    news: PackageNews,
    links: SourceLinkRepository,
    inheritance: SourceInheritance,
    audit: AuditTrail,
    unitOfWork: UnitOfWork,
  ) {
    this.#writer = writer;
    this.#packages = packages;
    this.#deletions = deletions;
    this.#restoration = restoration;
    this.#bytes = bytes;
    this.#names = names;
    this.#news = news;
    this.#links = links;
    this.#inheritance = inheritance;
    this.#audit = audit;
    this.#unitOfWork = unitOfWork;
  }

  /**
   * A deleted package, with exactly the versions and tags that its deletion took. Errors: `not-found`, `forbidden`, `conflict`
   * `package.not-deleted`, `forbidden` `namespace.reserved`, `gone` `restore.too-late` | `restore.bytes-gone`, `unavailable` `package.not-announced`.
   */
  async restorePackage(wish: PackageWish, by: AuditActor): Promise<ChangedPackage> {
    await this.#writer.authorize('restore', wish);
    const seen = await this.#packages.find(wish.repositoryId, wish.packagePurl);
    const deletion = seen === null ? null : await this.#deletions.current(seen.packageId);
    if (deletion !== null) {
      const taken = await this.#deletions.taken(deletion.deletionId);
      await this.#bytes.assertThere(taken.map(({ releaseId }) => releaseId));
    }
    const restored = await this.#unitOfWork.run(async (manager) => {
      const { repository, owner: locked } = await this.#writer.lock(manager, 'restore', wish);
      if (locked === null) throw noPackage();
      const current = await this.#deletions.current(locked.packageId, manager);
      if (locked.deletedAt === null || current === null) throw notDeleted();
      const now = new Date();
      assertRestorable(current.deletedAt, now);
      await this.#names.assertFree(manager, wish.packagePurl, repository.organizationId);
      const releases = await this.#deletions.taken(current.deletionId, manager);
      const versions = new Set(releases.map(({ version }) => version));
      const tags = Object.fromEntries(Object.entries(current.tags).filter(([, version]) => versions.has(version)));
      locked.deletedAt = null;
      await this.#packages.saveSettings(manager, locked);
      await this.#deletions.markRestored(manager, current.deletionId, now);
      await this.#news.tell(manager, { repository, package: locked }, by.actor);
      // Its deletion has ended what the source gave to people.
      const link = await this.#links.find(locked.packageId, manager);
      await this.#inheritance.tellRolesOf(manager, { repository, package: locked }, link, by.actor);
      if (releases.length > 0) {
        const decided = { repository, owner: locked, releases, tags, changedBy: by.actor };
        await this.#restoration.restore(manager, decided);
      }
      await this.#audit.record(manager, by, {
        action: 'package.restore',
        subject: `package:${locked.packageId}`,
        organizationId: repository.organizationId,
        details: { purl: wish.packagePurl, count: releases.length, versions: [...versions].slice(0, maxAudited), tags },
      });
      return { repository, package: locked };
    });
    await this.#news.announce(restored.repository, restored.package, restored.package.visibility);
    return restored;
  }

  /** One version that was withdrawn by itself. Its tags stay where they are. Errors: those of `restorePackage`. */
  async restoreRelease(wish: PackageWish, version: string, by: AuditActor): Promise<void> {
    await this.#writer.authorize('restore', wish);
    const seen = await this.#packages.find(wish.repositoryId, wish.packagePurl);
    const before = seen === null ? undefined : await this.#deletions.withdrawn(seen.packageId, version);
    if (before !== undefined) await this.#bytes.assertThere([before.releaseId]);
    await this.#unitOfWork.run(async (manager) => {
      const { repository, owner } = await this.#writer.lock(manager, 'restore', wish);
      if (owner === null) throw noVersion(version);
      assertOpen(owner);
      const release = await this.#deletions.withdrawn(owner.packageId, version, manager);
      if (release === undefined) throw notWithdrawn(version);
      assertRestorable(release.withdrawnAt, new Date());
      const decided = { repository, owner, releases: [release], tags: {}, changedBy: by.actor };
      await this.#restoration.restore(manager, decided);
      await this.#audit.record(manager, by, {
        action: 'release.restore',
        subject: `release:${release.releaseId}`,
        organizationId: repository.organizationId,
        details: { purl: wish.packagePurl, version },
      });
    });
  }
}

function notDeleted(): DomainError {
  return new DomainError('conflict', 'package.not-deleted', 'The package is not deleted.');
}

function notWithdrawn(version: string): DomainError {
  return new DomainError('conflict', 'release.not-withdrawn', `Version ${version} is not withdrawn.`);
}
