import { Injectable } from '@nestjs/common';
import type { OrganizationId, RepositoryId } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import { RepositoryChanges } from '../repositories/repository-changes.js';
import { RepositoryRepository } from '../repositories/repository.repository.js';
import { repositoryNotFound } from '../repositories/repository.rules.js';
import type { Handover, TransferSubject } from './transfer-subject.js';

/** A repository with all its packages. What the old organization gave on it ends with the event (security.md T11). */
@Injectable()
export class RepositoryTransferSubject implements TransferSubject {
  readonly kind = 'repository';
  readonly #repositories: RepositoryRepository;
  readonly #changes: RepositoryChanges;

  constructor(repositories: RepositoryRepository, changes: RepositoryChanges) {
    this.#repositories = repositories;
    this.#changes = changes;
  }

  async lock(
    manager: EntityManager,
    subjectId: string,
  ): Promise<{ organizationId: OrganizationId; name: string } | undefined> {
    const repository = await this.#repositories.lock(manager, { repositoryId: subjectId as RepositoryId });
    if (repository?.deletedAt !== null) return undefined;
    return { organizationId: repository.organizationId, name: repository.slug };
  }

  async handOver(manager: EntityManager, subjectId: string, { to, by, details }: Handover): Promise<void> {
    const repository = await this.#repositories.lock(manager, { repositoryId: subjectId as RepositoryId });
    if (repository?.deletedAt !== null) throw repositoryNotFound();
    const from = repository.organizationId;
    repository.organizationId = to;
    const entry = { by, action: 'repository.transfer', details, chain: from, transferredFrom: from } as const;
    await this.#changes.record(manager, repository, entry);
  }

  async announce(subjectId: string): Promise<void> {
    const repository = await this.#repositories.findById(subjectId as RepositoryId);
    // A deletion meanwhile has announced more than this.
    if (repository !== null) await this.#changes.announce(repository);
  }
}
