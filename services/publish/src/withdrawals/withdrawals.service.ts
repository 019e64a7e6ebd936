import { Injectable } from '@nestjs/common';
import { AuditTrail } from '@waybill/audit';
import type { ReplyOf, RequestOf, withdrawReleases } from '@waybill/contracts';
import { packageAggregate, releaseWithdrawn } from '@waybill/contracts';
import { actorOf, can, DomainError, refusal } from '@waybill/domain';
import { Outbox } from '@waybill/messaging';
import { UnitOfWork } from '@waybill/persistence';
import type { EntityManager } from 'typeorm';
import { storableText } from '../database/storable-text.js';
import { auditActorOf } from '../package-changes/audit-actor-of.js';
import { inMessages } from '../package-changes/in-messages.js';
import { noVersion, PackageWriter } from '../package-changes/package-writer.js';
import type { VisibleRelease } from '../package-changes/visible-release.repository.js';
import { VisibleReleaseRepository } from '../package-changes/visible-release.repository.js';
import type { PackageEntity } from '../packages/package.entity.js';
import { PackageRepository } from '../packages/package.repository.js';
import type { RepositoryEntity } from '../repositories/repository.entity.js';
import { factsOf, packageResourceOf } from '../repositories/repository.repository.js';
import { TagRepository } from '../tags/tag.repository.js';
import type { TagChanges } from './tag-changes.rules.js';
import { tagChangesOf, tagMovedForItsOwnSake } from './tag-changes.rules.js';

/** How many versions an audit entry names; the events name all. */
const maxAudited = 100;

type Withdrawal = RequestOf<typeof withdrawReleases>;

/**
 * Takes versions back: nobody gets them any more, and their numbers stay taken for their bytes. What is held or still
 * being checked was never given to anybody and is not touched.
 */
@Injectable()
export class WithdrawalsService {
  readonly #writer: PackageWriter;
  readonly #packages: PackageRepository;
  readonly #releases: VisibleReleaseRepository;
  readonly #tags: TagRepository;
  readonly #outbox: Outbox;
  readonly #audit: AuditTrail;
  readonly #unitOfWork: UnitOfWork;

  constructor(
    writer: PackageWriter,
    packages: PackageRepository,
    releases: VisibleReleaseRepository,
    tags: TagRepository,
    outbox: Outbox,
    audit: AuditTrail,
    unitOfWork: UnitOfWork,
  ) {
    this.#writer = writer;
    this.#packages = packages;
    this.#releases = releases;
    this.#tags = tags;
    this.#outbox = outbox;
    this.#audit = audit;
    this.#unitOfWork = unitOfWork;
  }

  async withdraw(request: Withdrawal): Promise<ReplyOf<typeof withdrawReleases>> {
    const repository = await this.#writer.authorize('delete', request);
    const { packagePurl, principal } = request;
    if (!Object.keys(request.tags).every((tag) => storableText.test(tag))) {
      throw new DomainError('invalid', 'tag.text', 'No tag can have this name.');
    }
    return this.#unitOfWork.run(async (manager) => {
      const owner = await this.#packages.lock(manager, repository.repositoryId, packagePurl);
      const visible = owner === null ? [] : await this.#releases.list(manager, owner.packageId);
      const chosen = chosenOf(visible, request.versions);
      if (owner === null) throw noVersion('*');
      assertUnchanged(owner, request.expectedAggregateVersion);
      const tags = await this.#tags.list(manager, owner.packageId);
      const withdrawn = chosen.map((release) => release.version);
      const changes = tagChangesOf({
        tags,
        withdrawn,
        remaining: visible.filter((release) => !chosen.includes(release)).map((release) => release.version),
        wished: request.tags,
      });
      if (tagMovedForItsOwnSake(changes, tags, withdrawn) !== undefined) assertMayMoveTags(request, repository);
      const releaseIds = chosen.map((release) => release.releaseId);
      await this.#releases.withdraw(manager, releaseIds);
      const changedBy = actorOf(principal);
      const aggregate = packageAggregate(repository.repositoryId, packagePurl);
      const parts = inMessages(chosen.map(({ releaseId, version }) => ({ releaseId, version })));
      for (const [index, releases] of parts.entries()) {
        const aggregateVersion = await this.#packages.countVisibleChange(manager, owner);
        // The tags go with the last part: a consumer never sees one that points at what is gone already.
        const isLast = index === parts.length - 1;
        const { removed, moved } = isLast ? changes : { removed: [], moved: {} };
        const data = {
          repository: factsOf(repository),
          packagePurl,
          changedBy,
          releases,
          removedTags: removed,
          movedTags: moved,
        };
        await this.#outbox.append(manager, releaseWithdrawn, { aggregate, aggregateVersion, data });
      }
      await this.#saveTags(manager, owner, changes);
      await this.#audit.record(manager, auditActorOf(request), {
        action: 'package.withdraw',
        subject: `package:${owner.packageId}`,
        organizationId: repository.organizationId,
        details: { purl: packagePurl, count: withdrawn.length, versions: withdrawn.slice(0, maxAudited), ...changes },
      });
      return { aggregateVersion: owner.aggregateVersion, withdrawn };
    });
  }

  async #saveTags(manager: EntityManager, owner: PackageEntity, { removed, moved }: TagChanges): Promise<void> {
    const { packageId, aggregateVersion } = owner;
    const shared = { packageId, aggregateVersion, wishedAt: new Date() };
    const tags = [
      ...removed.map((tag) => ({ ...shared, tag, version: null })),
      ...Object.entries(moved).map(([tag, version]) => ({ ...shared, tag, version })),
    ];
    if (removed.length > 0) await this.#tags.forgetRemoved(manager, packageId);
    if (tags.length > 0) await this.#tags.save(manager, tags);
  }
}

/** Tags are the business of who may publish (security.md A4). Errors: `forbidden`. */
function assertMayMoveTags({ principal, packagePurl }: Withdrawal, repository: RepositoryEntity): void {
  const decision = can(principal, 'publish', packageResourceOf(repository, packagePurl));
  if (!decision.allowed) throw refusal(decision, packagePurl);
}

function chosenOf(visible: readonly VisibleRelease[], versions: Withdrawal['versions']): VisibleRelease[] {
  if (versions === 'all') {
    if (visible.length === 0) throw noVersion('*');
    return [...visible];
  }
  const byVersion = new Map(visible.map((release) => [release.version, release]));
  return [...new Set(versions)].map((version) => {
    const release = byVersion.get(version);
    if (release === undefined) throw noVersion(version);
    return release;
  });
}

function assertUnchanged(owner: PackageEntity, expected: number | undefined): void {
  if (expected === undefined || owner.visibleVersion <= expected) return;
  throw new DomainError(
    'conflict',
    'package.changed-meanwhile',
    'The package has changed since you read it; read it again.',
    { details: { aggregateVersion: owner.visibleVersion } },
  );
}
