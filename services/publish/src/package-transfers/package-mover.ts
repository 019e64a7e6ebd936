import { Injectable } from '@nestjs/common';
import type { AuditActor } from '@waybill/audit';
import { AuditTrail } from '@waybill/audit';
import { packageAggregate, packageMoved } from '@waybill/contracts';
import type { PackageId } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import { Outbox } from '@waybill/messaging';
import type { EntityManager } from 'typeorm';
import { ReservedNameRepository } from '../package-access/reserved-name.repository.js';
import { PackageNews } from '../package-settings/package-news.js';
import type { PackageEntity } from '../packages/package.entity.js';
import { PackageRepository } from '../packages/package.repository.js';
import type { RepositoryEntity } from '../repositories/repository.entity.js';
import { factsOf, RepositoryRepository } from '../repositories/repository.repository.js';
import { requireUnarchived } from '../repositories/repository.rules.js';
import { SourceLinkRepository } from '../source-links/source-link.repository.js';
import { PackageMoveRepository } from './package-move.repository.js';

export interface Move {
  /** Is kept as it is, and so is `to`. */
  readonly from: RepositoryEntity;
  readonly to: RepositoryEntity;
  /** Is locked. */
  readonly owner: PackageEntity;
  /** Who did it, as the organization that it leaves may know them. */
  readonly by: AuditActor;
  /** What that organization's audit says of it, besides where it was. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** Moves a package that is locked, in repositories that are kept as they are, whoever decided that it may be moved. */
@Injectable()
export class PackageMover {
  readonly #repositories: RepositoryRepository;
  readonly #packages: PackageRepository;
  readonly #moves: PackageMoveRepository;
  readonly #links: SourceLinkRepository;
  readonly #names: ReservedNameRepository;
  readonly #news: PackageNews;
  readonly #outbox: Outbox;
  readonly #audit: AuditTrail;

  constructor(
    repositories: RepositoryRepository,
    packages: PackageRepository,
    moves: PackageMoveRepository,
    links: SourceLinkRepository,
    names: ReservedNameRepository,
    news: PackageNews,
    outbox: Outbox,
    audit: AuditTrail,
  ) {
    this.#repositories = repositories;
    this.#packages = packages;
    this.#moves = moves;
    this.#links = links;
    this.#names = names;
    this.#news = news;
    this.#outbox = outbox;
    this.#audit = audit;
  }

  /**
   * With one event, and one entry in the chain of the organization that it leaves. Errors: `conflict` `package.deleted`,
   * `package.waiting`, `package.name-taken`, `repository.archived`; `invalid` `repository.not-hosted`; `forbidden`
   * `namespace.reserved`.
   */
  async move(manager: EntityManager, { from, to, owner, by, details }: Move): Promise<void> {
    requireUnarchived(from);
    if (to.kind !== 'hosted') throw notHosted(to);
    requireUnarchived(to);
    if (owner.deletedAt !== null) throw new DomainError('conflict', 'package.deleted', 'The package was deleted.');
    // What waits is of the place where it was submitted: its events would tell of a package that is not there any more.
    if (await this.#moves.isWaitedFor(manager, owner.packageId)) throw waiting();
    if (await this.#moves.isTakenByOther(manager, owner, to.repositoryId)) throw nameTaken();
    await this.#names.assertFree(manager, owner.purl, to.organizationId);
    const { purl: packagePurl, visibility, archived } = owner;
    const aggregateVersion = await this.#packages.countVisibleChange(manager, owner);
    await this.#outbox.append(manager, packageMoved, {
      aggregate: packageAggregate(from.repositoryId, packagePurl),
      aggregateVersion,
      data: { repository: factsOf(from), to: factsOf(to), packagePurl, changedBy: by.actor, visibility, archived },
    });
    // What its owner softened is not softened for who owns it from now on (T11).
    const changesHands = from.organizationId !== to.organizationId;
    if (changesHands && owner.trustedPublishingOnly === 'never') owner.trustedPublishingOnly = null;
    await this.#moves.move(manager, owner, to.repositoryId);
    const sourceLinksEnded = await this.#links.endInheritance(manager, { packageId: owner.packageId });
    if (changesHands) await this.#moves.endOffers(manager, owner.packageId, by.actor);
    await this.#audit.record(manager, by, {
      action: 'package.transfer',
      subject: `package:${owner.packageId}`,
      organizationId: from.organizationId,
      details: {
        purl: packagePurl,
        from: from.slug,
        ...(sourceLinksEnded > 0 ? { sourceLinksEnded } : {}),
        ...details,
      },
    });
  }

  /** Resolves when nobody gets it where it was, and it is as visible as it says where it is. Errors: `unavailable` `package.not-announced`. */
  async announce(packageId: PackageId): Promise<void> {
    const owner = await this.#packages.findById(packageId);
    const left = await this.#moves.lastLeft(packageId);
    if (owner === null || left === undefined) return;
    await this.#news.announce({ repositoryId: left }, owner, 'private');
    await this.#news.announce({ repositoryId: owner.repositoryId }, owner, owner.visibility);
  }

  /**
   * Repositories as they are until the transaction ends, then the package of the first one. Null where that is not there (any
   * more). The order for all who lock: repositories by their ids, packages by their names, transfers.
   */
  async lock(
    manager: EntityManager,
    { packageId, repositoryId, purl }: Pick<PackageEntity, 'packageId' | 'repositoryId' | 'purl'>,
    target: RepositoryEntity | null,
  ): Promise<{ from: RepositoryEntity; to: RepositoryEntity | null; owner: PackageEntity } | null> {
    const wanted = target === null ? [repositoryId] : [repositoryId, target.repositoryId];
    const kept = await this.#repositories.keep(manager, wanted);
    const from = kept.find((repository) => repository.repositoryId === repositoryId);
    const to = kept.find((repository) => repository.repositoryId === target?.repositoryId) ?? null;
    const owner = await this.#packages.lock(manager, repositoryId, purl);
    return from === undefined || owner?.packageId !== packageId ? null : { from, to, owner };
  }
}

export function nameTaken(): DomainError {
  return new DomainError('conflict', 'package.name-taken', 'That repository has, or had, a package of this name.');
}

function notHosted({ slug }: RepositoryEntity): DomainError {
  const message = `${slug} is not a repository that has packages of its own.`;
  return new DomainError('invalid', 'repository.not-hosted', message);
}

function waiting(): DomainError {
  return new DomainError(
    'conflict',
    'package.waiting',
    'Releases of this package wait to be checked, reviewed or approved; it is moved when none does.',
  );
}
