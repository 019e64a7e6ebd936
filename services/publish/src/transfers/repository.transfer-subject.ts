import { Injectable } from '@nestjs/common';
import type { OrganizationId, RepositoryId } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import { RepositoryChanges } from '../repositories/repository-changes.js';
import { RepositoryRepository } from '../repositories/repository.repository.js';
import { repositoryNotFound } from '../repositories/repository.rules.js';
import { SourceLinkRepository } from '../source-links/source-link.repository.js';
import type { Handover, TransferSubject } from './transfer-subject.js';

/** A repository with all its packages. What the old organization gave on it ends: with the event, and what sources of packages gave at once (security.md T11). */
@Injectable()
export class RepositoryTransferSubject implements TransferSubject {
  readonly kind = 'repository';
  readonly needsPlace = false;
  readonly #repositories: RepositoryRepository;
  readonly #links: SourceLinkRepository;
  readonly #changes: RepositoryChanges;

  constructor(repositories: RepositoryRepository, links: SourceLinkRepository, changes: RepositoryChanges) {
    this.#repositories = repositories;
    this.#links = links;
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
    const sourceLinksEnded = await this.#links.endInheritance(manager, repository);
    await this.#changes.record(manager, repository, {
      by,
      action: 'repository.transfer',
      details: { ...details, ...(sourceLinksEnded > 0 ? { sourceLinksEnded } : {}) },
      chain: from,
      transferredFrom: from,
    });
  }

  async announce(subjectId: string): Promise<void> {
    const repository = await this.#repositories.findById(subjectId as RepositoryId);
    // A deletion meanwhile has announced more than this.
    if (repository !== null) await this.#changes.announce(repository);
  }
}
