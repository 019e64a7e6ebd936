import { Injectable } from '@nestjs/common';
import type { ReleaseId } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import { PackageRepository } from '../packages/package.repository.js';
import { RepositoryRepository } from '../repositories/repository.repository.js';
import type { StoredRelease } from './release.repository.js';
import { ReleaseRepository } from './release.repository.js';

/** Locks what a release belongs to, in the order that everybody locks in: repositories by their ids, packages by their names. */
@Injectable()
export class ReleaseLock {
  readonly #repositories: RepositoryRepository;
  readonly #packages: PackageRepository;
  readonly #releases: ReleaseRepository;

  constructor(repositories: RepositoryRepository, packages: PackageRepository, releases: ReleaseRepository) {
    this.#repositories = repositories;
    this.#packages = packages;
    this.#releases = releases;
  }

  /**
   * The release, which stays as it is until the transaction ends, as does whose it is; with all of its batch. Null where there is
   * no such release. Errors: `conflict` `package.changed-meanwhile` where its package was just moved to another repository.
   */
  async lock(manager: EntityManager, releaseId: ReleaseId): Promise<StoredRelease | null> {
    const kept = await this.#repositories.keepOfRelease(manager, releaseId);
    await this.#packages.lockOfRelease(manager, releaseId);
    const whole = await this.#releases.findWhole(releaseId, manager);
    if (whole !== null && !kept.has(whole.repository.repositoryId)) throw movedMeanwhile();
    return whole;
  }
}

function movedMeanwhile(): DomainError {
  return new DomainError(
    'conflict',
    'package.changed-meanwhile',
    'The package was moved to another repository just now; try again.',
  );
}
