import { Injectable } from '@nestjs/common';
import type { ReplyOf, RequestOf, resolveResource } from '@waybill/contracts';
import { packageResourceOf } from '../packages/package-resource.js';
import { PackageRepository } from '../packages/package.repository.js';
import { RepositoryRepository } from './repository.repository.js';

/** What services that decide on access must know of a repository, or a package in it. */
@Injectable()
export class ResourceResolution {
  readonly #repositories: RepositoryRepository;
  readonly #packages: PackageRepository;

  constructor(repositories: RepositoryRepository, packages: PackageRepository) {
    this.#repositories = repositories;
    this.#packages = packages;
  }

  async resolve(wanted: RequestOf<typeof resolveResource>): Promise<ReplyOf<typeof resolveResource>['resource']> {
    const repository = await this.#repositories.findBySlug(wanted.repository);
    if (repository === null) return null;
    const { repositoryId, organizationId, visibility } = repository;
    if (wanted.organizationId !== undefined && wanted.organizationId !== organizationId) return null;
    if (wanted.packagePurl === undefined) return { organizationId, repositoryId, visibility };
    const known = await this.#packages.find(repositoryId, wanted.packagePurl);
    const named = { purl: wanted.packagePurl, visibility: known?.visibility ?? null };
    const { visibility: effective } = packageResourceOf(repository, named);
    return { organizationId, repositoryId, visibility: effective, packagePurl: wanted.packagePurl };
  }
}
