import { Injectable } from '@nestjs/common';
import type { AuditEntry } from '@waybill/audit';
import { AuditTrail } from '@waybill/audit';
import type { RequestOf } from '@waybill/contracts';
import { type moveTag, packageAggregate, type removeTag, tagMoved, tagRemoved } from '@waybill/contracts';
import { actorOf, DomainError, isVisible } from '@waybill/domain';
import { Outbox } from '@waybill/messaging';
import { UnitOfWork } from '@waybill/persistence';
import { storableText } from '../database/storable-text.js';
import { auditActorOf } from '../package-changes/audit-actor-of.js';
import { noVersion, PackageWriter } from '../package-changes/package-writer.js';
import type { PackageEntity } from '../packages/package.entity.js';
import { assertOpen } from '../packages/open-package.rules.js';
import { PackageRepository } from '../packages/package.repository.js';
import { ReleaseRepository } from '../releases/release.repository.js';
import type { RepositoryEntity } from '../repositories/repository.entity.js';
import { factsOf } from '../repositories/repository.repository.js';
import { TagRepository } from './tag.repository.js';
import { maxTagsPerPackage } from './tag.rules.js';

/** Who may publish a package may say which of its versions a tag points at. */
@Injectable()
export class TagsService {
  readonly #writer: PackageWriter;
  readonly #packages: PackageRepository;
  readonly #releases: ReleaseRepository;
  readonly #tags: TagRepository;
  readonly #outbox: Outbox;
  readonly #audit: AuditTrail;
  readonly #unitOfWork: UnitOfWork;

  constructor(
    writer: PackageWriter,
    packages: PackageRepository,
    releases: ReleaseRepository,
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

  /** Resolves to the version of the event that moved the tag, also when it pointed there before. */
  async move(request: RequestOf<typeof moveTag>): Promise<number> {
    await this.#writer.authorize('publish', request);
    if (!storableText.test(request.tag)) throw new DomainError('invalid', 'tag.text', 'No tag can have this name.');
    if (!storableText.test(request.version)) throw noVersion(request.version);
    return this.#unitOfWork.run(async (manager) => {
      const { repository, owner } = await this.#writer.lock(manager, 'publish', request);
      if (owner === null) throw noVersion(request.version);
      assertOpen(owner);
      const release = await this.#releases.findCurrent(manager, owner.packageId, request.version);
      if (release === null || !isVisible(release.state)) throw noVersion(request.version);
      const existing = await this.#tags.list(manager, owner.packageId);
      const before = existing.find((candidate) => candidate.tag === request.tag);
      if (before?.version === request.version) {
        // Nothing to tell, but a wish: a release that was submitted before it does not take the tag any more.
        before.wishedAt = new Date();
        await this.#tags.save(manager, [before]);
        await this.#packages.touch(manager, owner);
        return before.aggregateVersion;
      }
      if (before === undefined && existing.length >= maxTagsPerPackage) {
        throw new DomainError('limit', 'tag.too-many', `A package has at most ${maxTagsPerPackage} tags.`);
      }
      const { tag, version, packagePurl, principal } = request;
      const aggregateVersion = await this.#packages.countVisibleChange(manager, owner);
      const wishedAt = new Date();
      await this.#tags.save(manager, [{ packageId: owner.packageId, tag, version, aggregateVersion, wishedAt }]);
      await this.#outbox.append(manager, tagMoved, {
        aggregate: packageAggregate(repository.repositoryId, packagePurl),
        aggregateVersion,
        data: { repository: factsOf(repository), packagePurl, tag, version, movedBy: actorOf(principal) },
      });
      const details = { before: before?.version ?? null, after: version };
      await this.#audit.record(
        manager,
        auditActorOf(request),
        entryOf('tag.move', request, { owner, repository }, details),
      );
      return aggregateVersion;
    });
  }

  async remove(request: RequestOf<typeof removeTag>): Promise<number> {
    await this.#writer.authorize('publish', request);
    return this.#unitOfWork.run(async (manager) => {
      const { repository, owner } = await this.#writer.lock(manager, 'publish', request);
      if (owner === null) throw noTag(request.tag);
      assertOpen(owner);
      const { tag, packagePurl, principal } = request;
      const existing = await this.#tags.list(manager, owner.packageId);
      const before = existing.find((candidate) => candidate.tag === tag);
      if (before === undefined) throw noTag(tag);
      const aggregateVersion = await this.#packages.countVisibleChange(manager, owner);
      const removed = { packageId: owner.packageId, tag, version: null, aggregateVersion, wishedAt: new Date() };
      await this.#tags.forgetRemoved(manager, owner.packageId);
      await this.#tags.save(manager, [removed]);
      await this.#outbox.append(manager, tagRemoved, {
        aggregate: packageAggregate(repository.repositoryId, packagePurl),
        aggregateVersion,
        data: { repository: factsOf(repository), packagePurl, tag, movedBy: actorOf(principal) },
      });
      const details = { before: before.version, after: null };
      await this.#audit.record(
        manager,
        auditActorOf(request),
        entryOf('tag.remove', request, { owner, repository }, details),
      );
      return aggregateVersion;
    });
  }
}

/** In the transaction of the change, so that each has exactly one entry (security.md W9). */
function entryOf(
  action: 'tag.move' | 'tag.remove',
  { packagePurl, tag }: RequestOf<typeof removeTag>,
  { owner, repository }: { readonly owner: PackageEntity; readonly repository: RepositoryEntity },
  change: { readonly before: string | null; readonly after: string | null },
): AuditEntry {
  return {
    action,
    subject: `package:${owner.packageId}`,
    organizationId: repository.organizationId,
    details: { purl: packagePurl, tag, ...change },
  };
}

function noTag(tag: string): DomainError {
  return new DomainError('not-found', 'tag.not-found', `The tag ${tag} was not found.`);
}
