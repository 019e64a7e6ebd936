import { Injectable } from '@nestjs/common';
import { DomainError } from '@waybill/domain';
import { UnitOfWork } from '@waybill/persistence';
import { PackageRepository } from '@waybill/read-model';
import { DistTagRepository } from '../dist-tags/dist-tag.repository.js';
import { PackageOwnerRepository } from '../owners/package-owner.repository.js';
import { ReleaseRepository } from '../releases/release.repository.js';
import type { NpmTarget } from '../repositories/npm-request.js';
import { canonicalVersion } from '../publish/package-json.js';
import { fullVersion, tagsWithLatest } from './packument.builder.js';
import type { PackageEntity } from './package.entity.js';
import type { PackumentEntity, PackumentForm } from './packument.entity.js';
import { PackumentProjector, personIn, publishedVersionOf } from './packument.projector.js';
import { PackumentRepository } from './packument.repository.js';

@Injectable()
export class PackumentService {
  readonly #packages: PackageRepository<PackageEntity>;
  readonly #packuments: PackumentRepository;
  readonly #projector: PackumentProjector;
  readonly #releases: ReleaseRepository;
  readonly #distTags: DistTagRepository;
  readonly #owners: PackageOwnerRepository;
  readonly #unitOfWork: UnitOfWork;

  constructor(
    packages: PackageRepository<PackageEntity>,
    packuments: PackumentRepository,
    projector: PackumentProjector,
    releases: ReleaseRepository,
    distTags: DistTagRepository,
    owners: PackageOwnerRepository,
    unitOfWork: UnitOfWork,
  ) {
    this.#packages = packages;
    this.#packuments = packuments;
    this.#projector = projector;
    this.#releases = releases;
    this.#distTags = distTags;
    this.#owners = owners;
    this.#unitOfWork = unitOfWork;
  }

  /** The ready document. Errors: `not-found` `npm.package`. */
  async find(target: NpmTarget, form: PackumentForm): Promise<PackumentEntity> {
    const found = await this.#packuments.find(target.resource, form);
    if (found === null) throw packageNotFound(target);
    if (found.repositoryUrl === target.repositoryUrl) return found;
    return this.#moveTo(target, form);
  }

  /** One version's manifest, by version or by tag. Errors: `not-found` `npm.package` | `npm.version`. */
  async findVersion(target: NpmTarget, versionOrTag: string): Promise<object> {
    const distTags = await this.findTags(target);
    const wanted = Object.hasOwn(distTags, versionOrTag) ? distTags[versionOrTag] : canonicalVersion(versionOrTag);
    const { repositoryId, purl } = target.resource;
    const release = wanted === undefined ? null : await this.#releases.findPublished(repositoryId, purl, wanted);
    if (release === null) {
      // What was asked for is not repeated: some take the place of a version for that of a token (W6).
      throw new DomainError('not-found', 'npm.version', `${target.name} has no such version or tag.`);
    }
    const owners = await this.#owners.of(repositoryId, purl);
    const people = new Map(owners.map((owner) => [owner.username, personIn(owner)]));
    return fullVersion(target, publishedVersionOf(release), people);
  }

  /** The dist-tags as the packument shows them. Errors: `not-found` `npm.package`. */
  async findTags(target: NpmTarget): Promise<Record<string, string>> {
    const { repositoryId, purl } = target.resource;
    const versions = await this.#releases.publishedVersions(repositoryId, purl);
    if (versions.length === 0) throw packageNotFound(target);
    return tagsWithLatest(versions, await this.#distTags.of(repositoryId, purl));
  }

  // The installation got another address since the document was written: write it again, once.
  async #moveTo(target: NpmTarget, form: PackumentForm): Promise<PackumentEntity> {
    // Read under the lock: a request by another address may write it again right after (W4).
    const found = await this.#unitOfWork.run(async (manager) => {
      const entity = await this.#packages.lock(manager, target.resource, target.name);
      await this.#projector.rebuild(manager, entity, target.repositoryUrl);
      return this.#packuments.find(target.resource, form, manager);
    });
    if (found === null) throw packageNotFound(target);
    return found;
  }
}

export function packageNotFound({ name }: Pick<NpmTarget, 'name'>): DomainError {
  return new DomainError('not-found', 'npm.package', `${name} was not found.`);
}
