import { Injectable } from '@nestjs/common';
import type { AuditActor, AuditedAction } from '@waybill/audit';
import { AuditTrail } from '@waybill/audit';
import type { RepositoryVisibility } from '@waybill/contracts';
import { repositoryChanged, repositoryVisibilitySubject } from '@waybill/contracts';
import type { OrganizationId } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import { GatewayNews } from '@waybill/edge';
import { Outbox } from '@waybill/messaging';
import type { EntityManager } from 'typeorm';
import type { RepositoryEntity } from './repository.entity.js';
import { factsOf, RepositoryRepository } from './repository.repository.js';

export interface RepositoryChange {
  readonly by: AuditActor;
  readonly action: AuditedAction;
  readonly details: Readonly<Record<string, unknown>>;
  /** Whose chain the audit entry is in, where it is not that of the organization that owns the repository now. */
  readonly chain?: OrganizationId;
  readonly transferredFrom?: OrganizationId;
}

/** Writes changes of repositories that exist, each with one event and one audit entry, and tells the gateways. */
@Injectable()
export class RepositoryChanges {
  readonly #repositories: RepositoryRepository;
  readonly #outbox: Outbox;
  readonly #audit: AuditTrail;
  readonly #news: GatewayNews;

  constructor(repositories: RepositoryRepository, outbox: Outbox, audit: AuditTrail, news: GatewayNews) {
    this.#repositories = repositories;
    this.#outbox = outbox;
    this.#audit = audit;
    this.#news = news;
  }

  /** The repository is locked, and has its new values already; counts them. */
  async record(manager: EntityManager, repository: RepositoryEntity, change: RepositoryChange): Promise<void> {
    repository.aggregateVersion += 1;
    await this.#repositories.save(manager, repository);
    await this.#outbox.append(manager, repositoryChanged, {
      aggregate: repository.repositoryId,
      aggregateVersion: repository.aggregateVersion,
      data: {
        ...factsOf(repository),
        archived: repository.archived,
        deleted: repository.deletedAt !== null,
        transferredFrom: change.transferredFrom ?? null,
      },
    });
    await this.#audit.record(manager, change.by, {
      action: change.action,
      subject: `repository:${repository.repositoryId}`,
      organizationId: change.chain ?? repository.organizationId,
      details: { slug: repository.slug, ...change.details },
    });
  }

  /**
   * Resolves when no gateway gives anybody what it kept for others (security.md A9). Call it when the change is committed,
   * and when it was before: who repeats a request hears whether everybody knows by now. Errors: `unavailable`
   * `repository.not-announced`.
   */
  async announce(repository: RepositoryEntity): Promise<void> {
    const { repositoryId, organizationId, visibility, deletedAt, aggregateVersion } = repository;
    const deleted = deletedAt !== null;
    const news: RepositoryVisibility = { repositoryId, organizationId, visibility, deleted, aggregateVersion };
    if (await this.#news.tellAll(repositoryVisibilitySubject, news)) return;
    throw new DomainError(
      'unavailable',
      'repository.not-announced',
      'The repository is changed, but not every gateway has confirmed that it knows; repeat the request.',
      { retryAfterSeconds: 1 },
    );
  }
}
