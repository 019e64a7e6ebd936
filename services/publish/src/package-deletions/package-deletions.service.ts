import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { AuditActor } from '@waybill/audit';
import { AuditTrail } from '@waybill/audit';
import { DomainError, parsePackagePurl } from '@waybill/domain';
import { UnitOfWork } from '@waybill/persistence';
import type { EntityManager } from 'typeorm';
import type { PackageWish } from '../package-changes/package-writer.js';
import { PackageWriter } from '../package-changes/package-writer.js';
import { VisibleReleaseRepository } from '../package-changes/visible-release.repository.js';
import { noPackage } from '../package-list/packages.service.js';
import type { ChangedPackage } from '../package-settings/package-news.js';
import { PackageNews } from '../package-settings/package-news.js';
import type { PackageEntity } from '../packages/package.entity.js';
import { PackageRepository } from '../packages/package.repository.js';
import { TagRepository } from '../tags/tag.repository.js';
import { ReleaseWithdrawal } from '../withdrawals/release-withdrawal.js';
import { PackageDeletionRepository } from './package-deletion.repository.js';
import { assertConfirmed } from './restore-window.rules.js';

/** How many versions an audit entry names; the events name all. */
const maxAudited = 100;

export interface DeletionOptions {
  readonly by: AuditActor;
  /** The name of the package, as the caller wrote it to confirm. */
  readonly confirm: string;
  /** Refuses by throwing when the package is not the one that the caller has read. */
  readonly match?: (owner: PackageEntity) => void;
}

/** Deletes whole packages: all that clients can see goes, the name stays taken, and all of it may come back for 30 days. */
@Injectable()
export class PackageDeletionsService {
  readonly #writer: PackageWriter;
  readonly #packages: PackageRepository;
  readonly #releases: VisibleReleaseRepository;
  readonly #tags: TagRepository;
  readonly #withdrawal: ReleaseWithdrawal;
  readonly #deletions: PackageDeletionRepository;
  readonly #news: PackageNews;
  readonly #audit: AuditTrail;
  readonly #unitOfWork: UnitOfWork;

  constructor(
    writer: PackageWriter,
    packages: PackageRepository,
    releases: VisibleReleaseRepository,
    tags: TagRepository,
    withdrawal: ReleaseWithdrawal,
    deletions: PackageDeletionRepository,
    news: PackageNews,
    audit: AuditTrail,
    unitOfWork: UnitOfWork,
  ) {
    this.#writer = writer;
    this.#packages = packages;
    this.#releases = releases;
    this.#tags = tags;
    this.#withdrawal = withdrawal;
    this.#deletions = deletions;
    this.#news = news;
    this.#audit = audit;
    this.#unitOfWork = unitOfWork;
  }

  /**
   * Errors: `not-found`, `forbidden`, `invalid` `package.confirm`; `conflict` `package.deleted` when somebody else did it;
   * `unavailable` `package.not-announced`.
   */
  async delete(wish: PackageWish, options: DeletionOptions): Promise<ChangedPackage> {
    await this.#writer.authorize('delete', wish);
    const { namespace, name } = parsePackagePurl(wish.packagePurl);
    assertConfirmed(options.confirm, namespace === undefined ? name : `${namespace}/${name}`);
    const deleted = await this.#unitOfWork.run((manager) => this.#delete(manager, wish, options));
    await this.#news.announce(deleted.repository, deleted.package, 'private');
    return deleted;
  }

  async #delete(manager: EntityManager, wish: PackageWish, { by, match }: DeletionOptions): Promise<ChangedPackage> {
    const { packagePurl } = wish;
    const { repository, owner } = await this.#writer.lock(manager, 'delete', wish);
    if (owner === null) throw noPackage();
    if (owner.deletedAt !== null) throw deletedAlready();
    match?.(owner);
    const { packageId } = owner;
    const chosen = await this.#releases.list(manager, packageId);
    const tags = await this.#tags.list(manager, packageId);
    const deletionId = randomUUID();
    const deletedAt = new Date();
    const pointed = Object.fromEntries(tags.flatMap(({ tag, version }) => (version === null ? [] : [[tag, version]])));
    await this.#deletions.insert(manager, {
      deletionId,
      packageId,
      deletedAt,
      deletedBy: by.actor,
      tags: pointed,
      restoredAt: null,
    });
    if (chosen.length > 0) {
      const changes = { removed: Object.keys(pointed), moved: {} };
      await this.#withdrawal.withdraw(manager, { repository, owner, chosen, changes, changedBy: by.actor, deletionId });
    }
    owner.deletedAt = deletedAt;
    await this.#packages.saveSettings(manager, owner);
    await this.#news.tell(manager, { repository, package: owner }, by.actor);
    await this.#audit.record(manager, by, {
      action: 'package.delete',
      subject: `package:${packageId}`,
      organizationId: repository.organizationId,
      details: {
        purl: packagePurl,
        count: chosen.length,
        versions: chosen.slice(0, maxAudited).map(({ version }) => version),
        tags: pointed,
      },
    });
    return { repository, package: owner };
  }
}

function deletedAlready(): DomainError {
  return new DomainError('conflict', 'package.deleted', 'The package was deleted already.');
}
