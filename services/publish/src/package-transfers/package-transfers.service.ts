import { Injectable } from '@nestjs/common';
import type { AuditActor } from '@waybill/audit';
import { AuditTrail } from '@waybill/audit';
import { packageAggregate, packageMoved } from '@waybill/contracts';
import type { Principal } from '@waybill/domain';
import { can, decisionOnMissing, DomainError, refusal } from '@waybill/domain';
import { Outbox } from '@waybill/messaging';
import { isUniqueViolation, UnitOfWork } from '@waybill/persistence';
import type { EntityManager } from 'typeorm';
import { ReservedNameRepository } from '../package-access/reserved-name.repository.js';
import type { PackageWish } from '../package-changes/package-writer.js';
import { PackageWriter } from '../package-changes/package-writer.js';
import { noPackage } from '../package-list/packages.service.js';
import type { ChangedPackage } from '../package-settings/package-settings.service.js';
import { PackageSettingsService } from '../package-settings/package-settings.service.js';
import type { PackageEntity } from '../packages/package.entity.js';
import { packageResourceOf } from '../packages/package-resource.js';
import { PackageRepository } from '../packages/package.repository.js';
import type { RepositoryEntity } from '../repositories/repository.entity.js';
import { factsOf, RepositoryRepository } from '../repositories/repository.repository.js';
import { PackageMoveRepository } from './package-move.repository.js';

export interface TransferOptions {
  /** The slug of the repository that it goes to. */
  readonly to: string;
  readonly by: AuditActor;
  /** Refuses by throwing when the package is not the one that the caller has read. */
  readonly match?: (owner: PackageEntity) => void;
}

/** Moves packages from one repository to another, of the same organization or not. */
@Injectable()
export class PackageTransfersService {
  readonly #writer: PackageWriter;
  readonly #repositories: RepositoryRepository;
  readonly #packages: PackageRepository;
  readonly #moves: PackageMoveRepository;
  readonly #names: ReservedNameRepository;
  readonly #settings: PackageSettingsService;
  readonly #outbox: Outbox;
  readonly #audit: AuditTrail;
  readonly #unitOfWork: UnitOfWork;

  constructor(
    writer: PackageWriter,
    repositories: RepositoryRepository,
    packages: PackageRepository,
    moves: PackageMoveRepository,
    names: ReservedNameRepository,
    settings: PackageSettingsService,
    outbox: Outbox,
    audit: AuditTrail,
    unitOfWork: UnitOfWork,
  ) {
    this.#writer = writer;
    this.#repositories = repositories;
    this.#packages = packages;
    this.#moves = moves;
    this.#names = names;
    this.#settings = settings;
    this.#outbox = outbox;
    this.#audit = audit;
    this.#unitOfWork = unitOfWork;
  }

  /**
   * At once, for who has `admin` on the package and on what will be the package there, and where that is another
   * organization's, on the one that it leaves. Grants on it, its owners and publishers
   * stay behind and end (security.md T11). Errors: `not-found`, `forbidden`, `namespace.reserved`; `conflict` `package.moved-already` when somebody
   * else was faster, `package.name-taken`, `package.deleted`, `repository.archived`, `package.waiting`; `invalid`
   * `repository.not-hosted` | `package.there-already`; `unavailable` `package.not-announced`.
   */
  async transfer(wish: PackageWish, options: TransferOptions): Promise<ChangedPackage> {
    const from = await this.#writer.authorize('admin', wish);
    const to = await this.#target(wish, options.to);
    assertMayLeave(wish, from, to);
    const owner = await this.#unitOfWork
      .run((manager) => this.#move(manager, wish, { from, to, options }))
      .catch((error: unknown) => {
        throw isUniqueViolation(error, 'packages_purl_key') || isUniqueViolation(error, 'packages_name_key')
          ? nameTaken()
          : error;
      });
    // Where it was, there is nothing for anybody from now on; where it is, it is as visible as it says.
    await this.#settings.announce(from, owner, 'private');
    await this.#settings.announce(to, owner, owner.visibility);
    return { repository: to, package: owner };
  }

  async #move(
    manager: EntityManager,
    { packagePurl }: PackageWish,
    move: { readonly from: RepositoryEntity; readonly to: RepositoryEntity; readonly options: TransferOptions },
  ): Promise<PackageEntity> {
    const { from, to, options } = move;
    const { by } = options;
    const owner = await this.#packages.lock(manager, from.repositoryId, packagePurl);
    if (owner === null) {
      const isMoved = await this.#packages.wasMovedAway(manager, from.repositoryId, packagePurl);
      throw isMoved ? movedAlready() : noPackage();
    }
    if (owner.deletedAt !== null) throw new DomainError('conflict', 'package.deleted', 'The package was deleted.');
    options.match?.(owner);
    // What waits is of the place where it was submitted: its events would tell of a package that is not there any more.
    if (await this.#moves.isWaitedFor(manager, owner.packageId)) throw waiting();
    if (await this.#moves.isTakenByOther(manager, owner, to.repositoryId)) throw nameTaken();
    await this.#names.assertFree(manager, packagePurl, to.organizationId);
    const aggregateVersion = await this.#packages.countVisibleChange(manager, owner);
    await this.#outbox.append(manager, packageMoved, {
      aggregate: packageAggregate(from.repositoryId, packagePurl),
      aggregateVersion,
      data: {
        repository: factsOf(from),
        to: factsOf(to),
        packagePurl,
        changedBy: by.actor,
        visibility: owner.visibility,
        archived: owner.archived,
      },
    });
    await this.#moves.move(manager, owner, to.repositoryId);
    // One event, in the chain of who gives it away; who gets it finds it there by the name of the target.
    await this.#audit.record(manager, by, {
      action: 'package.transfer',
      subject: `package:${owner.packageId}`,
      organizationId: from.organizationId,
      details: { purl: packagePurl, from: from.slug, to: to.slug, toOrganizationId: to.organizationId },
    });
    return owner;
  }

  /** Who may not administer the target hears of it what they would hear if it did not exist (security.md A6). */
  async #target({ principal, packagePurl: purl, repositoryId }: PackageWish, slug: string): Promise<RepositoryEntity> {
    const to = await this.#repositories.findBySlug(slug);
    const isThere = to !== null && to.deletedAt === null;
    const decision = isThere ? decisionOn(principal, to, purl) : decisionOnMissing(principal);
    if (!decision.allowed) throw refusal(decision, slug);
    if (to === null) throw new DomainError('not-found', 'repository.not-found', 'The repository was not found.');
    if (to.repositoryId === repositoryId) {
      throw new DomainError('invalid', 'package.there-already', 'The package is in that repository already.');
    }
    if (to.kind !== 'hosted') {
      throw new DomainError(
        'invalid',
        'repository.not-hosted',
        `${slug} is not a repository that has packages of its own.`,
      );
    }
    if (to.archived) {
      throw new DomainError('conflict', 'repository.archived', `${slug} is archived: nothing in it changes.`);
    }
    return to;
  }
}

function decisionOn(principal: Principal, to: RepositoryEntity, purl: PackageWish['packagePurl']) {
  return can(principal, 'admin', packageResourceOf(to, { purl, visibility: null }));
}

/** Leaving an organization is its own business, as with repositories: a grant on the package alone does not take it away. */
function assertMayLeave(
  { principal, packagePurl }: PackageWish,
  { organizationId }: RepositoryEntity,
  to: RepositoryEntity,
): void {
  if (to.organizationId === organizationId) return;
  const decision = can(principal, 'admin', { kind: 'organization', organizationId });
  if (!decision.allowed) throw refusal({ ...decision, because: 'known' }, packagePurl);
}

function movedAlready(): DomainError {
  return new DomainError('conflict', 'package.moved-already', 'The package was moved to another repository already.');
}

function nameTaken(): DomainError {
  return new DomainError('conflict', 'package.name-taken', 'That repository has, or had, a package of this name.');
}

function waiting(): DomainError {
  return new DomainError(
    'conflict',
    'package.waiting',
    'Releases of this package wait to be checked or reviewed; it is moved when none does.',
  );
}
