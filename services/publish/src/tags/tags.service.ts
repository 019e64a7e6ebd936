import { Injectable } from '@nestjs/common';
import type { RequestOf } from '@waybill/contracts';
import { type moveTag, packageAggregate, type removeTag, tagMoved, tagRemoved } from '@waybill/contracts';
import type { PackagePurl, Principal } from '@waybill/domain';
import { actorOf, can, decisionOnMissing, DomainError, isVisible, refusal } from '@waybill/domain';
import { Outbox } from '@waybill/messaging';
import { UnitOfWork } from '@waybill/persistence';
import type { EntityManager } from 'typeorm';
import { storableText } from '../database/storable-text.js';
import type { PackageEntity } from '../packages/package.entity.js';
import { PackageRepository } from '../packages/package.repository.js';
import { ReleaseRepository } from '../releases/release.repository.js';
import type { RepositoryEntity } from '../repositories/repository.entity.js';
import { factsOf, packageResourceOf, RepositoryRepository } from '../repositories/repository.repository.js';
import { TagRepository } from './tag.repository.js';
import { maxTagsPerPackage } from './tag.rules.js';

/** Who may publish a package may say which of its versions a tag points at. */
@Injectable()
export class TagsService {
  readonly #repositories: RepositoryRepository;
  readonly #packages: PackageRepository;
  readonly #releases: ReleaseRepository;
  readonly #tags: TagRepository;
  readonly #outbox: Outbox;
  readonly #unitOfWork: UnitOfWork;

  constructor(
    repositories: RepositoryRepository,
    packages: PackageRepository,
    releases: ReleaseRepository,
    tags: TagRepository,
    outbox: Outbox,
    unitOfWork: UnitOfWork,
  ) {
    this.#repositories = repositories;
    this.#packages = packages;
    this.#releases = releases;
    this.#tags = tags;
    this.#outbox = outbox;
    this.#unitOfWork = unitOfWork;
  }

  /** Resolves to the version of the event that moved the tag, also when it pointed there before. */
  async move(request: RequestOf<typeof moveTag>): Promise<number> {
    const repository = await this.#authorized(request);
    if (!storableText.test(request.tag)) throw new DomainError('invalid', 'tag.text', 'No tag can have this name.');
    if (!storableText.test(request.version)) throw noVersion(request.version);
    return this.#unitOfWork.run(async (manager) => {
      const owner = await this.#packages.lock(manager, repository.repositoryId, request.packagePurl);
      if (owner === null) throw noVersion(request.version);
      const release = await this.#releases.findCurrent(manager, owner.packageId, request.version);
      if (release === null || !isVisible(release.state)) throw noVersion(request.version);
      const existing = await this.#tags.list(manager, owner.packageId);
      const before = existing.find((candidate) => candidate.tag === request.tag);
      if (before?.version === request.version) {
        // Nothing to tell, but a wish: a release that was submitted before it does not take the tag any more.
        before.wishedAt = new Date();
        await this.#tags.save(manager, [before]);
        return before.aggregateVersion;
      }
      if (before === undefined && existing.length >= maxTagsPerPackage) {
        throw new DomainError('limit', 'tag.too-many', `A package has at most ${maxTagsPerPackage} tags.`);
      }
      const { tag, version, packagePurl, principal } = request;
      const aggregateVersion = await this.#nextVersion(manager, owner);
      const wishedAt = new Date();
      await this.#tags.save(manager, [{ packageId: owner.packageId, tag, version, aggregateVersion, wishedAt }]);
      await this.#outbox.append(manager, tagMoved, {
        aggregate: packageAggregate(repository.repositoryId, packagePurl),
        aggregateVersion,
        data: { repository: factsOf(repository), packagePurl, tag, version, movedBy: actorOf(principal) },
      });
      return aggregateVersion;
    });
  }

  async remove(request: RequestOf<typeof removeTag>): Promise<number> {
    const repository = await this.#authorized(request);
    return this.#unitOfWork.run(async (manager) => {
      const owner = await this.#packages.lock(manager, repository.repositoryId, request.packagePurl);
      if (owner === null) throw noTag(request.tag);
      const { tag, packagePurl, principal } = request;
      const existing = await this.#tags.list(manager, owner.packageId);
      if (!existing.some((candidate) => candidate.tag === tag)) throw noTag(tag);
      const aggregateVersion = await this.#nextVersion(manager, owner);
      await this.#tags.remove(manager, owner.packageId, tag);
      await this.#outbox.append(manager, tagRemoved, {
        aggregate: packageAggregate(repository.repositoryId, packagePurl),
        aggregateVersion,
        data: { repository: factsOf(repository), packagePurl, tag, movedBy: actorOf(principal) },
      });
      return aggregateVersion;
    });
  }

  async #authorized(request: {
    readonly principal: Principal;
    readonly repositoryId: RepositoryEntity['repositoryId'];
    readonly packagePurl: PackagePurl;
  }): Promise<RepositoryEntity> {
    const { principal, packagePurl: purl } = request;
    const repository = await this.#repositories.findById(request.repositoryId);
    const decision =
      repository === null
        ? decisionOnMissing(principal)
        : can(principal, 'publish', packageResourceOf(repository, purl));
    if (!decision.allowed) throw refusal(decision, purl);
    if (repository === null)
      throw new DomainError('not-found', 'repository.not-found', 'The repository was not found.');
    return repository;
  }

  async #nextVersion(manager: EntityManager, owner: PackageEntity): Promise<number> {
    owner.aggregateVersion += 1;
    await this.#packages.saveVersion(manager, owner);
    return owner.aggregateVersion;
  }
}

function noVersion(version: string): DomainError {
  return new DomainError('not-found', 'version.not-found', `Version ${version} was not found.`);
}

function noTag(tag: string): DomainError {
  return new DomainError('not-found', 'tag.not-found', `The tag ${tag} was not found.`);
}
