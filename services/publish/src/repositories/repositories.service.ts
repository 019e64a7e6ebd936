import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { AuditActor } from '@waybill/audit';
import { AuditTrail } from '@waybill/audit';
import { repositoryCreated } from '@waybill/contracts';
import type { OrganizationId, Principal, RepositoryId, Visibility } from '@waybill/domain';
import { DomainError, parseSlug } from '@waybill/domain';
import { Outbox } from '@waybill/messaging';
import { isUniqueViolation, UnitOfWork } from '@waybill/persistence';
import { assertStillMay } from '../decided-again/decided-again.rules.js';
import { RepositoryChanges } from './repository-changes.js';
import { RepositoryEntity } from './repository.entity.js';
import { factsOf, repositoryResourceOf, RepositoryRepository } from './repository.repository.js';
import { RepositoryTombstoneRepository } from './repository-tombstone.repository.js';
import { repositoryNotFound, restorableUntil } from './repository.rules.js';

export interface NewRepository {
  readonly slug: string;
  readonly organizationId: OrganizationId;
  readonly visibility: Visibility;
  readonly description?: string | undefined;
  /** Also a slug that was another organization's; an administrator of the installation decides that. */
  readonly takeOver?: boolean | undefined;
  readonly by: AuditActor;
}

/** What of a repository is to be otherwise; null removes. */
export interface RepositoryPatch {
  readonly visibility?: Visibility | undefined;
  readonly description?: string | null | undefined;
  readonly archived?: boolean | undefined;
}

/** Who wants a repository to be otherwise. */
export interface RepositoryWish {
  readonly caller: Principal;
  readonly by: AuditActor;
  /** Refuses by throwing when the version is not the one that the caller has read. */
  readonly assertCurrent: (version: number) => void;
}

@Injectable()
export class RepositoriesService {
  readonly #repositories: RepositoryRepository;
  readonly #tombstones: RepositoryTombstoneRepository;
  readonly #changes: RepositoryChanges;
  readonly #audit: AuditTrail;
  readonly #outbox: Outbox;
  readonly #unitOfWork: UnitOfWork;

  constructor(
    repositories: RepositoryRepository,
    tombstones: RepositoryTombstoneRepository,
    changes: RepositoryChanges,
    audit: AuditTrail,
    outbox: Outbox,
    unitOfWork: UnitOfWork,
  ) {
    this.#repositories = repositories;
    this.#tombstones = tombstones;
    this.#changes = changes;
    this.#audit = audit;
    this.#outbox = outbox;
    this.#unitOfWork = unitOfWork;
  }

  /**
   * Errors: `invalid` `slug.malformed`, `conflict` `repository.exists` also for a slug that was another organization's (I8),
   * `repository.deleted` for one of the same organization.
   */
  async create(wanted: NewRepository): Promise<RepositoryEntity> {
    const repository = newRepository(wanted);
    try {
      await this.#unitOfWork.run(async (manager) => {
        await this.#repositories.insert(manager, repository);
        const isOthers = await this.#tombstones.isOfOther(manager, repository.slug, repository.organizationId);
        if (isOthers && wanted.takeOver !== true) throw taken(repository.slug);
        await this.#outbox.append(manager, repositoryCreated, {
          aggregate: repository.repositoryId,
          aggregateVersion: repository.aggregateVersion,
          data: factsOf(repository),
        });
        await this.#audit.record(manager, wanted.by, {
          action: 'repository.create',
          subject: `repository:${repository.repositoryId}`,
          organizationId: repository.organizationId,
          details: {
            slug: repository.slug,
            visibility: repository.visibility,
            ...(isOthers ? { takeOver: true } : {}),
          },
        });
      });
      return repository;
    } catch (error) {
      if (!isUniqueViolation(error, 'repositories_slug_key')) throw error;
      throw slugTaken(wanted, await this.#repositories.findWithDeleted(wanted.slug));
    }
  }

  /** The same again is success (the first start of an installation may be cut off and repeated). */
  async ensure(wanted: NewRepository): Promise<{ repository: RepositoryEntity; created: boolean }> {
    const before = await this.#repositories.findWithDeleted(wanted.slug);
    if (before?.organizationId === wanted.organizationId) return { repository: before, created: false };
    try {
      return { repository: await this.create(wanted), created: true };
    } catch (error) {
      // Somebody else may have done the same at the same time.
      const existing = await this.#repositories.findWithDeleted(wanted.slug);
      if (existing?.organizationId === wanted.organizationId) return { repository: existing, created: false };
      throw error;
    }
  }

  /**
   * It is decided again under the lock, which is when `assertCurrent` sees the repository. Where the wish is about its visibility, this resolves when no gateway
   * gives anybody what it kept for others (security.md A9); also when nothing had to be changed, so that a repetition says
   * whether that is so. Errors: those of `assertCurrent`, `not-found`, `forbidden`, `unavailable` `repository.not-announced`.
   */
  async change(
    slug: string,
    patch: RepositoryPatch,
    { caller, by, assertCurrent }: RepositoryWish,
  ): Promise<RepositoryEntity> {
    const repository = await this.#unitOfWork.run(async (manager) => {
      const locked = await this.#repositories.lock(manager, { slug });
      if (locked?.deletedAt !== null) throw repositoryNotFound();
      assertStillMay(caller, 'admin', repositoryResourceOf(locked));
      assertCurrent(locked.aggregateVersion);
      const changed = changesIn(locked, patch);
      if (changed === undefined) return locked;
      const { before, after } = changed;
      Object.assign(locked, after);
      const action = 'visibility' in after ? 'repository.change-visibility' : 'repository.change';
      await this.#changes.record(manager, locked, { by, action, details: { before, after } });
      return locked;
    });
    if (patch.visibility !== undefined) await this.#changes.announce(repository);
    return repository;
  }

  /** Errors: `not-found` `repository.not-found`. */
  async view(slug: string): Promise<RepositoryEntity> {
    const repository = await this.#repositories.findBySlug(slug);
    if (repository === null) throw repositoryNotFound();
    return repository;
  }
}

function newRepository({ slug, organizationId, visibility, description = '' }: NewRepository): RepositoryEntity {
  const repository = new RepositoryEntity();
  repository.repositoryId = randomUUID() as RepositoryId;
  repository.slug = parseSlug(slug);
  repository.organizationId = organizationId;
  repository.visibility = visibility;
  repository.kind = 'hosted';
  repository.description = description;
  repository.archived = false;
  repository.approvalsNeeded = 1;
  repository.stagedOnly = false;
  repository.createdAt = new Date();
  repository.deletedAt = null;
  repository.aggregateVersion = 1;
  return repository;
}

type Changeable = Pick<RepositoryEntity, 'visibility' | 'description' | 'archived'>;

/** Undefined when everything is as it is wished already. */
function changesIn(
  repository: RepositoryEntity,
  { visibility, description, archived }: RepositoryPatch,
): { before: Partial<Changeable>; after: Partial<Changeable> } | undefined {
  const wished: Partial<Changeable> = {
    ...(visibility === undefined ? {} : { visibility }),
    ...(description === undefined ? {} : { description: description ?? '' }),
    ...(archived === undefined ? {} : { archived }),
  };
  const names = (Object.keys(wished) as (keyof Changeable)[]).filter((name) => wished[name] !== repository[name]);
  if (names.length === 0) return undefined;
  const of = (values: Partial<Changeable>) => Object.fromEntries(names.map((name) => [name, values[name]]));
  return { before: of(repository), after: of(wished) };
}

function slugTaken({ slug, organizationId }: NewRepository, existing: RepositoryEntity | null): DomainError {
  const until = existing?.organizationId === organizationId ? restorableUntil(existing) : undefined;
  if (until === undefined) {
    return taken(slug);
  }
  return new DomainError(
    'conflict',
    'repository.deleted',
    `The repository ${slug} was deleted and keeps its name until ${until.toISOString()}: restore it, or wait.`,
  );
}

/** The same whether somebody has it or had it (security.md A6). */
function taken(slug: string): DomainError {
  return new DomainError('conflict', 'repository.exists', `The name ${slug} is taken by another repository.`);
}
