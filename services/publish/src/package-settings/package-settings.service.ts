import { Injectable } from '@nestjs/common';
import type { AuditActor } from '@waybill/audit';
import { AuditTrail } from '@waybill/audit';
import type { Action, Principal } from '@waybill/domain';
import { UnitOfWork } from '@waybill/persistence';
import type { Proof, ProvenBy } from '@waybill/edge';
import type { EntityManager } from 'typeorm';
import { assertStillMay } from '../decided-again/decided-again.rules.js';
import type { PackageWish } from '../package-changes/package-writer.js';
import { PackageWriter } from '../package-changes/package-writer.js';
import { noPackage } from '../package-list/packages.service.js';
import type { PackageEntity } from '../packages/package.entity.js';
import { packageResourceOf } from '../packages/package-resource.js';
import { PackageRepository } from '../packages/package.repository.js';
import { assertProven, toldOf } from '../person-proof/loosening.rules.js';
import { PersonProof } from '../person-proof/person-proof.js';
import type { RepositoryEntity } from '../repositories/repository.entity.js';
import { SourceInheritance } from '../source-repositories/source-inheritance.js';
import { assertMayLetGive } from '../source-repositories/source-roles.rules.js';
import { isSourceOfRights, SourceLinksService } from '../source-links/source-links.service.js';
import type { PackageChange } from './package-change.rules.js';
import { assertNarrower, endsLinkOnly, looserIn, rightFor, visibilityInherited } from './package-change.rules.js';
import type { ChangedPackage } from './package-news.js';
import { PackageNews } from './package-news.js';

export interface ChangeOptions {
  readonly by: AuditActor;
  /** Refuses by throwing when the package is not the one that the caller has read. */
  readonly match?: (owner: PackageEntity) => void;
  /** Of who wants it, for what asks less of releases than before; without, nothing does. */
  readonly proof?: Proof;
}

interface ProvenOptions extends ChangeOptions {
  readonly provenBy: ProvenBy | undefined;
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
  readonly #proof: PersonProof;

  constructor(
    writer: PackageWriter,
    packages: PackageRepository,
    sources: SourceLinksService,
    inheritance: SourceInheritance,
    audit: AuditTrail,
    unitOfWork: UnitOfWork,
    news: PackageNews,
    proof: PersonProof,
  ) {
    this.#writer = writer;
    this.#packages = packages;
    this.#sources = sources;
    this.#inheritance = inheritance;
    this.#audit = audit;
    this.#unitOfWork = unitOfWork;
    this.#news = news;
    this.#proof = proof;
  }

  /**
   * Resolves when no gateway gives anybody what it kept for others (security.md A9); also when nothing had to be changed, so
   * that a repetition says whether that is so. Needs `metadata`, and `manage-access` for anything but the source. Errors:
   * `not-found`, `forbidden`, also `source.beyond-own`, `invalid` `package.wider-than-repository`, `conflict`
   * `package.visibility-inherited` | `policy.changed-meanwhile`, `limit` `source-link.too-many`, `unavailable` `package.not-announced`; where
   * releases are asked less than before, those of `PersonProof` (W7).
   */
  async change(wish: PackageWish, change: PackageChange, options: ChangeOptions): Promise<ChangedPackage> {
    await this.#writer.authorize(rightFor(change), wish, { evenArchived: endsLinkOnly(change) });
    const provenBy = await this.#proveLoosening(wish, change, options);
    const proven = { ...options, provenBy };
    const changed = await this.#unitOfWork.run((manager) => this.#change(manager, wish, change, proven));
    const { repository, package: owner } = changed;
    if (change.visibility !== undefined || isSourceOfRights(change.source)) {
      await this.#news.announce(repository, owner, owner.visibility);
    }
    return changed;
  }

  /** Before anything is locked; `#change` looks again. */
  async #proveLoosening(
    { principal, repositoryId, packagePurl }: PackageWish,
    change: PackageChange,
    { proof, match }: ChangeOptions,
  ): Promise<ProvenBy | undefined> {
    if (proof === undefined || change.trustedPublishingOnly === undefined) return undefined;
    const owner = await this.#packages.find(repositoryId, packagePurl);
    if (owner === null || looserIn(owner, change).length === 0) return undefined;
    match?.(owner);
    return this.#proof.prove(principal, proof);
  }

  async #change(
    manager: EntityManager,
    wish: PackageWish,
    change: PackageChange,
    options: ProvenOptions,
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
    const looser = looserIn(before, change);
    assertProven(looser, options.provenBy);
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
        ...(isOther ? { before, after, ...toldOf(looser, options.provenBy) } : {}),
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

function definedOf<Fields extends object>(fields: Fields): { [Key in keyof Fields]?: Exclude<Fields[Key], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Key in keyof Fields]?: Exclude<Fields[Key], undefined>;
  };
}

function assertMay(principal: Principal, action: Action, repository: RepositoryEntity, owner: PackageEntity): void {
  assertStillMay(principal, action, packageResourceOf(repository, owner), owner.purl);
}
