import { Injectable } from '@nestjs/common';
import type { AuditActor } from '@waybill/audit';
import { AuditTrail } from '@waybill/audit';
import type { PackageVisibility } from '@waybill/contracts';
import { packageAggregate, packageChanged, packageVisibilitySubject } from '@waybill/contracts';
import type { Action, Principal, Visibility } from '@waybill/domain';
import { can, DomainError, effectiveVisibility, refusal } from '@waybill/domain';
import { GatewayNews } from '@waybill/edge';
import { Outbox } from '@waybill/messaging';
import { UnitOfWork } from '@waybill/persistence';
import type { EntityManager } from 'typeorm';
import type { PackageWish } from '../package-changes/package-writer.js';
import { PackageWriter } from '../package-changes/package-writer.js';
import { noPackage } from '../package-list/packages.service.js';
import type { PackageEntity } from '../packages/package.entity.js';
import { packageResourceOf } from '../packages/package-resource.js';
import { PackageRepository } from '../packages/package.repository.js';
import type { RepositoryEntity } from '../repositories/repository.entity.js';
import { factsOf } from '../repositories/repository.repository.js';
import type { SourceLinkWish } from '../source-links/source-links.service.js';
import { isSourceOfRights, SourceLinksService } from '../source-links/source-links.service.js';

export interface PackageChange {
  /** Null: as its repository. Undefined, here and below: stays. */
  readonly visibility?: Visibility | null | undefined;
  readonly archived?: boolean | undefined;
  readonly source?: SourceLinkWish | null | undefined;
}

export interface ChangeOptions {
  readonly by: AuditActor;
  /** Refuses by throwing when the package is not the one that the caller has read. */
  readonly match?: (owner: PackageEntity) => void;
}

export interface ChangedPackage {
  readonly repository: RepositoryEntity;
  readonly package: PackageEntity;
}

/** What people say of a package as a whole. */
@Injectable()
export class PackageSettingsService {
  readonly #writer: PackageWriter;
  readonly #packages: PackageRepository;
  readonly #sources: SourceLinksService;
  readonly #outbox: Outbox;
  readonly #audit: AuditTrail;
  readonly #unitOfWork: UnitOfWork;
  readonly #news: GatewayNews;

  constructor(
    writer: PackageWriter,
    packages: PackageRepository,
    sources: SourceLinksService,
    outbox: Outbox,
    audit: AuditTrail,
    unitOfWork: UnitOfWork,
    news: GatewayNews,
  ) {
    this.#writer = writer;
    this.#packages = packages;
    this.#sources = sources;
    this.#outbox = outbox;
    this.#audit = audit;
    this.#unitOfWork = unitOfWork;
    this.#news = news;
  }

  /**
   * Resolves when no gateway gives anybody what it kept for others (security.md A9); also when nothing had to be changed, so
   * that a repetition says whether that is so. Needs `metadata`, and `manage-access` for anything but the source. Errors:
   * `not-found`, `forbidden`, `invalid` `package.wider-than-repository`, `unavailable` `package.not-announced`.
   */
  async change(wish: PackageWish, change: PackageChange, options: ChangeOptions): Promise<ChangedPackage> {
    const repository = await this.#writer.authorize(rightFor(change), wish);
    const owner = await this.#unitOfWork.run((manager) => this.#change(manager, wish, change, { options, repository }));
    if (change.visibility !== undefined) await this.announce(repository, owner, owner.visibility);
    return { repository, package: owner };
  }

  /** Tells every gateway who may see a package where it is. Errors: `unavailable` `package.not-announced`. */
  async announce(
    { repositoryId }: Pick<RepositoryEntity, 'repositoryId'>,
    { purl: packagePurl, aggregateVersion }: PackageEntity,
    visibility: Visibility | null,
  ): Promise<void> {
    const news: PackageVisibility = { repositoryId, packagePurl, visibility, aggregateVersion };
    if (!(await this.#news.tellAll(packageVisibilitySubject, news))) throw notAnnounced();
  }

  async #change(
    manager: EntityManager,
    { principal, packagePurl }: PackageWish,
    change: PackageChange,
    { options, repository }: { readonly options: ChangeOptions; readonly repository: RepositoryEntity },
  ): Promise<PackageEntity> {
    const owner = await this.#packages.lock(manager, repository.repositoryId, packagePurl);
    if (owner === null || owner.deletedAt !== null) throw noPackage();
    options.match?.(owner);
    const before = { visibility: owner.visibility, archived: owner.archived };
    const after = { ...before, ...definedOf({ visibility: change.visibility, archived: change.archived }) };
    if (after.visibility !== before.visibility) assertNarrower(repository.visibility, after.visibility);
    const isOther = after.visibility !== before.visibility || after.archived !== before.archived;
    const source = await this.#sources.replace(manager, owner, change.source, (rights) => {
      if (rights) assertMay(principal, 'manage-access', repository, owner);
    });
    if (!isOther && source === undefined) return owner;
    Object.assign(owner, after);
    await this.#packages.saveSettings(manager, owner);
    if (isOther) await this.tell(manager, { repository, package: owner }, options.by.actor);
    await this.#audit.record(manager, options.by, {
      action: 'package.change',
      subject: `package:${owner.packageId}`,
      organizationId: repository.organizationId,
      details: {
        purl: packagePurl,
        ...(isOther ? { before, after } : {}),
        ...(source === undefined ? {} : { source: source.after, sourceBefore: source.before }),
      },
    });
    return owner;
  }

  /** The event of what a locked package is now, which counts as a change that clients see. */
  async tell(manager: EntityManager, changed: ChangedPackage, changedBy: string): Promise<void> {
    const { repository, package: owner } = changed;
    const aggregateVersion = await this.#packages.countVisibleChange(manager, owner);
    await this.#outbox.append(manager, packageChanged, {
      aggregate: packageAggregate(repository.repositoryId, owner.purl),
      aggregateVersion,
      data: {
        repository: factsOf(repository),
        packagePurl: owner.purl,
        changedBy,
        visibility: owner.visibility,
        archived: owner.archived,
        deleted: owner.deletedAt !== null,
      },
    });
  }
}

function rightFor({ visibility, archived, source }: PackageChange): Action {
  const isMore = visibility !== undefined || archived !== undefined || isSourceOfRights(source);
  return isMore ? 'manage-access' : 'metadata';
}

function definedOf<Fields extends object>(fields: Fields): { [Key in keyof Fields]?: Exclude<Fields[Key], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Key in keyof Fields]?: Exclude<Fields[Key], undefined>;
  };
}

function assertMay(principal: Principal, action: Action, repository: RepositoryEntity, owner: PackageEntity): void {
  const decision = can(principal, action, packageResourceOf(repository, owner));
  if (!decision.allowed) throw refusal(decision, owner.purl);
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

function notAnnounced(): DomainError {
  return new DomainError(
    'unavailable',
    'package.not-announced',
    'The visibility is changed, but not every gateway has confirmed that it knows; repeat the request.',
    { retryAfterSeconds: 1 },
  );
}
