import { Injectable } from '@nestjs/common';
import { AuditTrail } from '@waybill/audit';
import type { ReplyOf, RequestOf, withdrawReleases } from '@waybill/contracts';
import { actorOf, can, DomainError, refusal } from '@waybill/domain';
import { UnitOfWork } from '@waybill/persistence';
import { storableText } from '../database/storable-text.js';
import { auditActorOf } from '../package-changes/audit-actor-of.js';
import { noVersion, PackageWriter } from '../package-changes/package-writer.js';
import type { VisibleRelease } from '../package-changes/visible-release.repository.js';
import { VisibleReleaseRepository } from '../package-changes/visible-release.repository.js';
import { packageResourceOf } from '../packages/package-resource.js';
import type { PackageEntity } from '../packages/package.entity.js';
import type { RepositoryEntity } from '../repositories/repository.entity.js';
import { TagRepository } from '../tags/tag.repository.js';
import { ReleaseWithdrawal } from './release-withdrawal.js';
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
  readonly #releases: VisibleReleaseRepository;
  readonly #tags: TagRepository;
  readonly #withdrawal: ReleaseWithdrawal;
  readonly #audit: AuditTrail;
  readonly #unitOfWork: UnitOfWork;

  constructor(
    writer: PackageWriter,
    releases: VisibleReleaseRepository,
    tags: TagRepository,
    withdrawal: ReleaseWithdrawal,
    audit: AuditTrail,
    unitOfWork: UnitOfWork,
  ) {
    this.#writer = writer;
    this.#releases = releases;
    this.#tags = tags;
    this.#withdrawal = withdrawal;
    this.#audit = audit;
    this.#unitOfWork = unitOfWork;
  }

  async withdraw(request: Withdrawal): Promise<ReplyOf<typeof withdrawReleases>> {
    await this.#writer.authorize('delete', request);
    const { packagePurl, principal } = request;
    if (!Object.keys(request.tags).every((tag) => storableText.test(tag))) {
      throw new DomainError('invalid', 'tag.text', 'No tag can have this name.');
    }
    return this.#unitOfWork.run(async (manager) => {
      const { repository, owner } = await this.#writer.lock(manager, 'delete', request);
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
      if (tagMovedForItsOwnSake(changes, tags, withdrawn) !== undefined) assertMayMoveTags(request, repository, owner);
      await this.#withdrawal.withdraw(manager, { repository, owner, chosen, changes, changedBy: actorOf(principal) });
      await this.#audit.record(manager, auditActorOf(request), {
        action: 'package.withdraw',
        subject: `package:${owner.packageId}`,
        organizationId: repository.organizationId,
        details: { purl: packagePurl, count: withdrawn.length, versions: withdrawn.slice(0, maxAudited), ...changes },
      });
      return { aggregateVersion: owner.aggregateVersion, withdrawn };
    });
  }
}

/** Tags are the business of who may publish (security.md A4). Errors: `forbidden`. */
function assertMayMoveTags(
  { principal, packagePurl }: Withdrawal,
  repository: RepositoryEntity,
  owner: PackageEntity,
): void {
  const decision = can(principal, 'publish', packageResourceOf(repository, owner));
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
