import { Injectable } from '@nestjs/common';
import type { AuditActor } from '@waybill/audit';
import { AuditTrail } from '@waybill/audit';
import type { Principal } from '@waybill/domain';
import { can, decisionOnMissing, DomainError, refusal } from '@waybill/domain';
import { isUniqueViolation, UnitOfWork } from '@waybill/persistence';
import type { EntityManager } from 'typeorm';
import type { PackageWish } from '../package-changes/package-writer.js';
import { PackageWriter } from '../package-changes/package-writer.js';
import { noPackage } from '../package-list/packages.service.js';
import type { ChangedPackage } from '../package-settings/package-news.js';
import type { NamedPackage } from '../packages/package-resource.js';
import { packageResourceOf } from '../packages/package-resource.js';
import type { PackageEntity } from '../packages/package.entity.js';
import { PackageRepository } from '../packages/package.repository.js';
import type { RepositoryEntity } from '../repositories/repository.entity.js';
import { RepositoryRepository } from '../repositories/repository.repository.js';
import { nameTaken, PackageMover } from './package-mover.js';

export interface TransferOptions {
  /** The slug of the repository that it goes to. */
  readonly to: string;
  readonly by: AuditActor;
  /** Refuses by throwing when the package is not the one that the caller has read. */
  readonly match?: (owner: PackageEntity) => void;
}

interface Places {
  readonly from: RepositoryEntity;
  readonly to: RepositoryEntity;
}

/** Moves packages from one repository to another, of the same organization or not, by who may on both sides. */
@Injectable()
export class PackageTransfersService {
  readonly #writer: PackageWriter;
  readonly #repositories: RepositoryRepository;
  readonly #packages: PackageRepository;
  readonly #mover: PackageMover;
  readonly #audit: AuditTrail;
  readonly #unitOfWork: UnitOfWork;

  constructor(
    writer: PackageWriter,
    repositories: RepositoryRepository,
    packages: PackageRepository,
    mover: PackageMover,
    audit: AuditTrail,
    unitOfWork: UnitOfWork,
  ) {
    this.#writer = writer;
    this.#repositories = repositories;
    this.#packages = packages;
    this.#mover = mover;
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
    const known = await this.#repositories.findBySlug(options.to);
    assertMayMove(wish, { from, to: targetFor(wish, known, options.to) });
    const changed = await this.#unitOfWork
      .run((manager) => this.#move(manager, wish, { target: known, options }))
      .catch((error: unknown) => {
        throw isUniqueViolation(error, 'packages_purl_key') || isUniqueViolation(error, 'packages_name_key')
          ? nameTaken()
          : error;
      });
    await this.#mover.announce(changed.package.packageId);
    return changed;
  }

  /** Both places may be others by now than those that were decided on: deleted, archived, somebody else's. */
  async #move(
    manager: EntityManager,
    wish: PackageWish,
    { target, options }: { readonly target: RepositoryEntity | null; readonly options: TransferOptions },
  ): Promise<ChangedPackage> {
    const { principal, repositoryId, packagePurl } = wish;
    const seen = await this.#packages.find(repositoryId, packagePurl, manager);
    const locked = seen === null ? null : await this.#mover.lock(manager, seen, target);
    if (locked === null) {
      const isMoved = await this.#packages.wasMovedAway(manager, repositoryId, packagePurl);
      throw isMoved ? movedAlready() : noPackage();
    }
    const { from, owner } = locked;
    const decision = decisionOn(principal, from, owner);
    if (!decision.allowed) throw refusal(decision, packagePurl);
    const to = targetFor(wish, locked.to, options.to);
    assertMayMove(wish, { from, to });
    options.match?.(owner);
    const { by } = options;
    await this.#mover.move(manager, { from, to, owner, by, details: toldOf('to', to, from) });
    if (from.organizationId !== to.organizationId) {
      await this.#audit.record(manager, by, {
        action: 'package.receive',
        subject: `package:${owner.packageId}`,
        organizationId: to.organizationId,
        details: { purl: packagePurl, to: to.slug, ...toldOf('from', from, to) },
      });
    }
    return { repository: to, package: owner };
  }
}

/** What the readers of an organization's audit may know of a repository on the other side: what everybody may (A6). */
function toldOf(
  side: 'from' | 'to',
  { slug, organizationId, visibility }: RepositoryEntity,
  reader: RepositoryEntity,
): Record<string, unknown> {
  if (organizationId === reader.organizationId) return { [side]: slug };
  return visibility === 'public' ? { [side]: slug, organizationId } : {};
}

/** Who may not administer the target hears of it what they would hear if it did not exist (security.md A6). */
function targetFor(
  { principal, packagePurl: purl, repositoryId }: PackageWish,
  to: RepositoryEntity | null,
  slug: string,
): RepositoryEntity {
  const isThere = to !== null && to.deletedAt === null;
  const decision = isThere ? decisionOn(principal, to, { purl, visibility: null }) : decisionOnMissing(principal);
  if (!decision.allowed) throw refusal(decision, slug);
  if (!isThere) throw new DomainError('not-found', 'repository.not-found', 'The repository was not found.');
  if (to.repositoryId === repositoryId) {
    throw new DomainError('invalid', 'package.there-already', 'The package is in that repository already.');
  }
  return to;
}

function decisionOn(principal: Principal, place: RepositoryEntity, named: NamedPackage) {
  return place.deletedAt === null
    ? can(principal, 'admin', packageResourceOf(place, named))
    : decisionOnMissing(principal);
}

/** Leaving an organization is its own business, as with repositories: a grant on the package alone does not take it away. */
function assertMayMove({ principal, packagePurl }: PackageWish, { from: { organizationId }, to }: Places): void {
  if (to.organizationId === organizationId) return;
  const decision = can(principal, 'admin', { kind: 'organization', organizationId });
  if (!decision.allowed) throw refusal({ ...decision, because: 'known' }, packagePurl);
}

function movedAlready(): DomainError {
  return new DomainError('conflict', 'package.moved-already', 'The package was moved to another repository already.');
}
