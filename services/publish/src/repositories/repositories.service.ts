import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { AuditActor } from '@waybill/audit';
import { AuditTrail } from '@waybill/audit';
import type { RepositoryVisibility } from '@waybill/contracts';
import { repositoryChanged, repositoryCreated, repositoryVisibilitySubject } from '@waybill/contracts';
import type { OrganizationId, Principal, RepositoryId, Visibility } from '@waybill/domain';
import { can, DomainError, parseSlug } from '@waybill/domain';
import { GatewayNews } from '@waybill/edge';
import { Outbox } from '@waybill/messaging';
import { isUniqueViolation, UnitOfWork } from '@waybill/persistence';
import { RepositoryEntity } from './repository.entity.js';
import type { Listed } from './repository.repository.js';
import { factsOf, repositoryResourceOf, RepositoryRepository } from './repository.repository.js';

export interface NewRepository {
  readonly slug: string;
  readonly organizationId: OrganizationId;
  readonly visibility: Visibility;
  readonly by: AuditActor;
}

@Injectable()
export class RepositoriesService {
  readonly #repositories: RepositoryRepository;
  readonly #audit: AuditTrail;
  readonly #outbox: Outbox;
  readonly #unitOfWork: UnitOfWork;
  readonly #news: GatewayNews;

  constructor(
    repositories: RepositoryRepository,
    audit: AuditTrail,
    outbox: Outbox,
    unitOfWork: UnitOfWork,
    news: GatewayNews,
  ) {
    this.#repositories = repositories;
    this.#audit = audit;
    this.#outbox = outbox;
    this.#unitOfWork = unitOfWork;
    this.#news = news;
  }

  /** Errors: `invalid` `slug.malformed`, `conflict` `repository.exists`. */
  async create(wanted: NewRepository): Promise<RepositoryEntity> {
    const repository = new RepositoryEntity();
    repository.repositoryId = randomUUID() as RepositoryId;
    repository.slug = parseSlug(wanted.slug);
    repository.organizationId = wanted.organizationId;
    repository.visibility = wanted.visibility;
    repository.kind = 'hosted';
    repository.aggregateVersion = 1;
    try {
      await this.#unitOfWork.run(async (manager) => {
        await this.#repositories.insert(manager, repository);
        await this.#outbox.append(manager, repositoryCreated, {
          aggregate: repository.repositoryId,
          aggregateVersion: repository.aggregateVersion,
          data: factsOf(repository),
        });
        await this.#audit.record(manager, wanted.by, {
          action: 'repository.create',
          subject: `repository:${repository.repositoryId}`,
          organizationId: repository.organizationId,
          details: { slug: repository.slug, visibility: repository.visibility },
        });
      });
      return repository;
    } catch (error) {
      if (!isUniqueViolation(error, 'repositories_slug_key')) throw error;
      throw new DomainError('conflict', 'repository.exists', `There is a repository ${wanted.slug} already.`);
    }
  }

  /** The same again is success (the first start of an installation may be cut off and repeated). */
  async ensure(wanted: NewRepository): Promise<{ repository: RepositoryEntity; created: boolean }> {
    const before = await this.#repositories.findBySlug(wanted.slug);
    if (before?.organizationId === wanted.organizationId) return { repository: before, created: false };
    try {
      return { repository: await this.create(wanted), created: true };
    } catch (error) {
      // Somebody else may have done the same at the same time.
      const existing = await this.#repositories.findBySlug(wanted.slug);
      if (existing?.organizationId === wanted.organizationId) return { repository: existing, created: false };
      throw error;
    }
  }

  /**
   * Resolves when no gateway gives anybody what it kept for others (security.md A9); also when nothing had to be changed,
   * so that a repetition says whether that is so. Errors: `not-found`, `unavailable` `repository.not-announced`.
   */
  async changeVisibility(slug: string, visibility: Visibility, by: AuditActor): Promise<RepositoryEntity> {
    const repository = await this.#saveVisibility(slug, visibility, by);
    const { repositoryId, aggregateVersion } = repository;
    const news: RepositoryVisibility = { repositoryId, visibility, aggregateVersion };
    if (!(await this.#news.tellAll(repositoryVisibilitySubject, news))) throw notAnnounced();
    return repository;
  }

  #saveVisibility(slug: string, visibility: Visibility, by: AuditActor): Promise<RepositoryEntity> {
    return this.#unitOfWork.run(async (manager) => {
      const repository = await this.#repositories.lockBySlug(manager, slug);
      if (repository === null) throw notFound();
      if (repository.visibility === visibility) return repository;
      const before = repository.visibility;
      repository.visibility = visibility;
      repository.aggregateVersion += 1;
      await this.#repositories.save(manager, repository);
      await this.#outbox.append(manager, repositoryChanged, {
        aggregate: repository.repositoryId,
        aggregateVersion: repository.aggregateVersion,
        data: factsOf(repository),
      });
      await this.#audit.record(manager, by, {
        action: 'repository.change-visibility',
        subject: `repository:${repository.repositoryId}`,
        organizationId: repository.organizationId,
        details: { before, after: visibility },
      });
      return repository;
    });
  }

  /** Errors: `not-found` `repository.not-found`. */
  async view(slug: string): Promise<RepositoryEntity> {
    const repository = await this.#repositories.findBySlug(slug);
    if (repository === null) throw notFound();
    return repository;
  }

  /** What the caller may read, by slug; `next` continues after this page. */
  async list(
    caller: Principal,
    after: string,
    limit: number,
  ): Promise<{ items: RepositoryEntity[]; next: string | undefined }> {
    const found = await this.#repositories.list(listedFor(caller), after, limit);
    const items = found.filter((repository) => can(caller, 'read', repositoryResourceOf(repository)).allowed);
    return { items, next: found.length === limit ? found.at(-1)?.slug : undefined };
  }
}

function listedFor(caller: Principal): Listed {
  if (caller.kind === 'anonymous') return { organizations: [], repositories: [], signedIn: false };
  if (caller.installationAdmin) return 'all';
  return {
    signedIn: true,
    organizations: caller.grants.flatMap((grant) => ('organizationId' in grant ? [grant.organizationId] : [])),
    repositories: caller.grants.flatMap((grant) =>
      'repositoryId' in grant && grant.repositoryId !== undefined ? [grant.repositoryId] : [],
    ),
  };
}

function notAnnounced(): DomainError {
  return new DomainError(
    'unavailable',
    'repository.not-announced',
    'The visibility is changed, but not every gateway has confirmed that it knows; repeat the request.',
    { retryAfterSeconds: 1 },
  );
}

function notFound(): DomainError {
  return new DomainError('not-found', 'repository.not-found', 'The repository was not found.');
}
