import { Injectable } from '@nestjs/common';
import type { AuditActor } from '@waybill/audit';
import { AuditTrail } from '@waybill/audit';
import type { Action, Principal, Visibility } from '@waybill/domain';
import { DomainError, effectiveVisibility } from '@waybill/domain';
import { UnitOfWork } from '@waybill/persistence';
import type { EntityManager } from 'typeorm';
import { assertStillMay } from '../decided-again/decided-again.rules.js';
import type { PackageWish } from '../package-changes/package-writer.js';
import { PackageWriter } from '../package-changes/package-writer.js';
import { noPackage } from '../package-list/packages.service.js';
import type { PackageEntity } from '../packages/package.entity.js';
import { packageResourceOf } from '../packages/package-resource.js';
import { PackageRepository } from '../packages/package.repository.js';
import type { TrustedPublishingMode } from '../release-policies/release-policy.rules.js';
import type { RepositoryEntity } from '../repositories/repository.entity.js';
import { SourceInheritance } from '../source-repositories/source-inheritance.js';
import { assertMayLetGive } from '../source-repositories/source-roles.rules.js';
import type { SourceLinkWish } from '../source-links/source-links.service.js';
import { isSourceOfRights, SourceLinksService } from '../source-links/source-links.service.js';
import type { ChangedPackage } from './package-news.js';
import { PackageNews } from './package-news.js';

export interface PackageChange {
  /** Null: as its repository. Undefined, here and below: stays. */
  readonly visibility?: Visibility | null | undefined;
  readonly archived?: boolean | undefined;
  /** Null: as its repository. */
  readonly trustedPublishingOnly?: TrustedPublishingMode | null | undefined;
  readonly source?: SourceLinkWish | null | undefined;
}

export interface ChangeOptions {
  readonly by: AuditActor;
  /** Refuses by throwing when the package is not the one that the caller has read. */
  readonly match?: (owner: PackageEntity) => void;
}

/** What people say of a package as a whole. */
@Injectable()
export class PackageSettingsService {
  readonly #writer: PackageWriter;
  readonly #packages: PackageRepository;
  readonly #sources: SourceLinksService;
  readonly #inheritance: SourceInheritance;
  readonly #audit: AuditTrail;
  readonly #unitOfWork: UnitOfWork;
  readonly #news: PackageNews;

  constructor(
    writer: PackageWriter,
    packages: PackageRepository,
    sources: SourceLinksService,
    inheritance: SourceInheritance,
    audit: AuditTrail,
    unitOfWork: UnitOfWork,
    news: PackageNews,
  ) {
    this.#writer = writer;
    this.#packages = packages;
    this.#sources = sources;
    this.#inheritance = inheritance;
    this.#audit = audit;
    this.#unitOfWork = unitOfWork;
    this.#news = news;
  }

  /**
   * Resolves when no gateway gives anybody what it kept for others (security.md A9); also when nothing had to be changed, so
   * that a repetition says whether that is so. Needs `metadata`, and `manage-access` for anything but the source. Errors:
   * `not-found`, `forbidden`, also `source.beyond-own`, `invalid` `package.wider-than-repository`, `conflict`
   * `package.visibility-inherited`, `limit` `source-link.too-many`, `unavailable` `package.not-announced`.
   */
  async change(wish: PackageWish, change: PackageChange, options: ChangeOptions): Promise<ChangedPackage> {
    await this.#writer.authorize(rightFor(change), wish, { evenArchived: endsLinkOnly(change) });
    const changed = await this.#unitOfWork.run((manager) => this.#change(manager, wish, change, options));
    const { repository, package: owner } = changed;
    if (change.visibility !== undefined || isSourceOfRights(change.source)) {
      await this.#news.announce(repository, owner, owner.visibility);
    }
    return changed;
  }

  async #change(
    manager: EntityManager,
    wish: PackageWish,
    change: PackageChange,
    options: ChangeOptions,
  ): Promise<ChangedPackage> {
    const { principal, packagePurl } = wish;
    if (isSourceOfRights(change.source)) await this.#inheritance.hold(manager, change.source);
    const { repository, package: owner } = await this.#locked(manager, wish, change);
    options.match?.(owner);
    const { organizationId } = repository;
    const source = await this.#sources.replace(manager, owner, change.source, (rights) => {
      if (rights) assertMay(principal, 'manage-access', repository, owner);
      if (change.source?.inheritRoles === true) assertMayLetGive(principal, packageResourceOf(repository, owner));
    });
    if (source.isOther && isSourceOfRights(change.source)) {
      await this.#inheritance.assertRoom(manager, organizationId, change.source);
    }
    const inherited = await this.#inheritance.visibilityFor(manager, organizationId, source.after);
    const { visibility, archived, trustedPublishingOnly } = owner;
    const before = { visibility, archived, trustedPublishingOnly };
    const wanted = definedOf({
      visibility: change.visibility,
      archived: change.archived,
      trustedPublishingOnly: change.trustedPublishingOnly,
    });
    const after = { ...before, ...wanted, ...(inherited === undefined ? {} : { visibility: inherited }) };
    if (change.visibility !== undefined && change.visibility !== after.visibility) throw visibilityInherited();
    if (wanted.visibility !== undefined) assertNarrower(repository.visibility, after.visibility);
    const isOtherOutside = after.visibility !== before.visibility || after.archived !== before.archived;
    const isOther = isOtherOutside || after.trustedPublishingOnly !== before.trustedPublishingOnly;
    const changed = { repository, package: owner };
    if (!isOther && !source.isOther) return changed;
    Object.assign(owner, after);
    await this.#packages.saveSettings(manager, owner);
    if (isOtherOutside) await this.#news.tell(manager, changed, options.by.actor);
    if (source.isOther && (source.before?.inheritRoles === true || source.after?.inheritRoles === true)) {
      const people = await this.#inheritance.peopleFor(manager, organizationId, source.after);
      await this.#inheritance.tellRoles(manager, changed, people, options.by.actor);
    }
    await this.#audit.record(manager, options.by, {
      action: 'package.change',
      subject: `package:${owner.packageId}`,
      organizationId,
      details: {
        purl: packagePurl,
        ...(isOther ? { before, after } : {}),
        ...(source.isOther ? { source: source.after, sourceBefore: source.before } : {}),
      },
    });
    return changed;
  }

  async #locked(manager: EntityManager, wish: PackageWish, change: PackageChange): Promise<ChangedPackage> {
    const options = { evenArchived: endsLinkOnly(change) };
    const { repository, owner } = await this.#writer.lock(manager, rightFor(change), wish, options);
    if (owner === null || owner.deletedAt !== null) throw noPackage();
    return { repository, package: owner };
  }
}

/** What only takes away is possible in an archived repository, too: the rights of others by a source end with it. */
function endsLinkOnly(change: PackageChange): boolean {
  return change.source === null && !isOfThePackage(change);
}

function rightFor(change: PackageChange): Action {
  return isOfThePackage(change) || isSourceOfRights(change.source) ? 'manage-access' : 'metadata';
}

function isOfThePackage({ visibility, archived, trustedPublishingOnly }: PackageChange): boolean {
  return visibility !== undefined || archived !== undefined || trustedPublishingOnly !== undefined;
}

function definedOf<Fields extends object>(fields: Fields): { [Key in keyof Fields]?: Exclude<Fields[Key], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Key in keyof Fields]?: Exclude<Fields[Key], undefined>;
  };
}

function assertMay(principal: Principal, action: Action, repository: RepositoryEntity, owner: PackageEntity): void {
  assertStillMay(principal, action, packageResourceOf(repository, owner), owner.purl);
}

/** What would promise more than its repository keeps is refused instead of being as good as nothing. */
function assertNarrower(repository: Visibility, own: Visibility | null): void {
  if (own === null || effectiveVisibility(repository, own) === own) return;
  throw new DomainError(
    'invalid',
    'package.wider-than-repository',
    `A package is never more visible than its repository, which is ${repository}.`,
    { details: { repository } },
  );
}

function visibilityInherited(): DomainError {
  return new DomainError(
    'conflict',
    'package.visibility-inherited',
    'The package is as visible as its source says; end that with its source link first.',
  );
}
