import { Injectable } from '@nestjs/common';
import { DomainError } from '@waybill/domain';
import { PackageRepository } from '@waybill/read-model';
import { DistTagRepository } from '../dist-tags/dist-tag.repository.js';
import { PackageOwnerRepository } from '../owners/package-owner.repository.js';
import { revisionOf } from '../packument/package-revision.rules.js';
import type { PackageEntity } from '../packument/package.entity.js';
import { tagsWithLatest } from '../packument/packument.builder.js';
import { packageNotFound } from '../packument/packument.service.js';
import { ReleaseRepository } from '../releases/release.repository.js';
import type { NpmTarget } from '../repositories/npm-request.js';
import { StarRepository } from '../star/star.repository.js';
import type { StoredPackage } from './document-changes.rules.js';

/** A package as it is now, to compare with what a client wants it to be. */
@Injectable()
export class StoredPackageService {
  readonly #packages: PackageRepository<PackageEntity>;
  readonly #releases: ReleaseRepository;
  readonly #distTags: DistTagRepository;
  readonly #owners: PackageOwnerRepository;
  readonly #stars: StarRepository;

  constructor(
    packages: PackageRepository<PackageEntity>,
    releases: ReleaseRepository,
    distTags: DistTagRepository,
    owners: PackageOwnerRepository,
    stars: StarRepository,
  ) {
    this.#packages = packages;
    this.#releases = releases;
    this.#distTags = distTags;
    this.#owners = owners;
    this.#stars = stars;
  }

  /** Errors: `not-found` `npm.package`. */
  async load(target: NpmTarget): Promise<StoredPackage> {
    const { repositoryId, purl } = target.resource;
    // The revision first: whatever changes after it makes it a stale one.
    const entity = await this.#packages.find(target.resource);
    const versions = await this.#releases.describeVersions(repositoryId, purl);
    if (entity === null || versions.length === 0) throw packageNotFound(target);
    const [distTags, owners, stargazers] = await Promise.all([
      this.#distTags.of(repositoryId, purl),
      this.#owners.of(repositoryId, purl),
      this.#stars.shownOn(repositoryId, purl),
    ]);
    const publishers = [...new Set(versions.map(({ publishedBy }) => publishedBy))];
    return {
      name: target.name,
      revision: revisionOf(entity),
      visibleVersion: entity.visibleVersion,
      versions: new Map(versions.map((version) => [version.version, version])),
      distTags: tagsWithLatest(
        versions.map(({ version }) => version),
        distTags,
      ),
      owners: owners.length > 0 ? owners.map(({ username }) => username) : publishers,
      stargazers,
    };
  }
}

/** Errors: `conflict` `npm.stale-revision`. */
export function assertFresh(stored: StoredPackage, revision: string): void {
  if (revision !== stored.revision) throw staleRevision(stored);
}

export function staleRevision({ name, revision }: Pick<StoredPackage, 'name' | 'revision'>): DomainError {
  return new DomainError(
    'conflict',
    'npm.stale-revision',
    `${name} has changed since it was read (it is at revision ${revision} now); read it again and repeat the change.`,
  );
}
