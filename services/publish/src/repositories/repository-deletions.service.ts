import { Injectable } from '@nestjs/common';
import { DomainError } from '@waybill/domain';
import { UnitOfWork } from '@waybill/persistence';
import { assertStillMay } from '../decided-again/decided-again.rules.js';
import type { RepositoryWish } from './repositories.service.js';
import { RepositoryChanges } from './repository-changes.js';
import type { RepositoryEntity } from './repository.entity.js';
import { RepositoryRepository } from './repository.repository.js';
import { organizationOfDeleted, repositoryToDelete } from './repository-of-path.resource.js';
import { isRestorable, repositoryNotFound, restorableUntil } from './repository.rules.js';

/** Takes repositories away and brings them back, with everything that is in them (ADR 0045). */
@Injectable()
export class RepositoryDeletionsService {
  readonly #repositories: RepositoryRepository;
  readonly #changes: RepositoryChanges;
  readonly #unitOfWork: UnitOfWork;

  constructor(repositories: RepositoryRepository, changes: RepositoryChanges, unitOfWork: UnitOfWork) {
    this.#repositories = repositories;
    this.#changes = changes;
    this.#unitOfWork = unitOfWork;
  }

  /**
   * Resolves when no gateway gives anything of it to anybody. `assertCurrent` sees its version under the lock. Errors:
   * `invalid` `repository.not-confirmed`, `conflict` `repository.deleted` for who is second, `not-found`, `forbidden`, `unavailable`
   * `repository.not-announced`, after which a repetition says whether everybody knows.
   */
  async delete(
    slug: string,
    confirm: string,
    { caller, by, assertCurrent }: RepositoryWish,
  ): Promise<RepositoryEntity> {
    if (confirm !== slug) throw notConfirmed(slug);
    const { repository, isSecond } = await this.#unitOfWork.run(async (manager) => {
      const locked = await this.#repositories.lock(manager, { slug });
      if (locked === null) throw repositoryNotFound();
      assertStillMay(caller, 'admin', repositoryToDelete(locked, caller));
      if (locked.deletedAt !== null) return { repository: locked, isSecond: true };
      assertCurrent(locked.aggregateVersion);
      locked.deletedAt = new Date();
      await this.#changes.record(manager, locked, { by, action: 'repository.delete', details: {} });
      return { repository: locked, isSecond: false };
    });
    await this.#changes.announce(repository);
    if (isSecond) throw deletedAlready(repository);
    return repository;
  }

  /** Errors: `not-found` `repository.not-found`, `conflict` `repository.not-deleted`, `gone` `repository.purged`. */
  async restore(slug: string, { caller, by }: Omit<RepositoryWish, 'assertCurrent'>): Promise<RepositoryEntity> {
    const repository = await this.#unitOfWork.run(async (manager) => {
      const locked = await this.#repositories.lock(manager, { slug });
      if (locked === null) throw repositoryNotFound();
      assertStillMay(caller, 'restore', organizationOfDeleted(locked, caller));
      if (locked.deletedAt === null) throw notDeleted(slug);
      if (!isRestorable(locked)) throw purged(slug);
      const deletedAt = locked.deletedAt.toISOString();
      locked.deletedAt = null;
      await this.#changes.record(manager, locked, { by, action: 'repository.restore', details: { deletedAt } });
      return locked;
    });
    await this.#changes.announce(repository);
    return repository;
  }
}

function notConfirmed(slug: string): DomainError {
  const message = `Give the name of the repository, ${slug}, as "confirm": everything in it goes with it.`;
  return new DomainError('invalid', 'repository.not-confirmed', message, {
    details: { errors: [{ field: 'body.confirm', code: 'repository.not-confirmed', message }] },
  });
}

function deletedAlready(repository: RepositoryEntity): DomainError {
  const until = restorableUntil(repository)?.toISOString() ?? '';
  return new DomainError(
    'conflict',
    'repository.deleted',
    `The repository ${repository.slug} is deleted already; it can be restored until ${until}.`,
  );
}

function notDeleted(slug: string): DomainError {
  return new DomainError('conflict', 'repository.not-deleted', `The repository ${slug} is not deleted.`);
}

function purged(slug: string): DomainError {
  return new DomainError('gone', 'repository.purged', `The repository ${slug} can be restored no more.`);
}
