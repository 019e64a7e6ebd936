import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { AuditActor } from '@waybill/audit';
import { AuditTrail } from '@waybill/audit';
import type { OrganizationId, Principal } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import { cutPage, decodeCursor, type Page, type PageQuery } from '@waybill/management-api';
import { UnitOfWork } from '@waybill/persistence';
import type { EntityManager } from 'typeorm';
import { z } from 'zod';
import { PackageNews } from '../package-settings/package-news.js';
import { SourceEffects } from './source-effects.js';
import type { SourcePerson, SourceVisibility } from './source-repository.entity.js';
import { SourceRepositoryEntity } from './source-repository.entity.js';
import { placeOf, type SourcePlace } from '../source-links/source-place.js';
import { SourceRepositoryRepository } from './source-repository.repository.js';
import { assertMayLetGive } from './source-roles.rules.js';

/** Of one organization. */
const maxSources = 1000;
const placeText = z
  .string()
  .min(1)
  .max(1000)
  .refine((text) => !text.includes('\0'));

export interface Report {
  readonly organizationId: OrganizationId;
  readonly at: SourcePlace;
  readonly forgeRepositoryId: string | null;
  readonly visibility: SourceVisibility;
  readonly people: readonly SourcePerson[];
  readonly caller: Principal;
  readonly by: AuditActor;
  /** Refuses by throwing when it is not the one that the caller has read; undefined: there is none. */
  readonly match: (version: number | undefined) => void;
}

/** What organizations say of their source repositories; packages that inherit have it at once (ADR 0050). */
@Injectable()
export class SourceRepositoriesService {
  readonly #sources: SourceRepositoryRepository;
  readonly #effects: SourceEffects;
  readonly #news: PackageNews;
  readonly #audit: AuditTrail;
  readonly #unitOfWork: UnitOfWork;

  constructor(
    sources: SourceRepositoryRepository,
    effects: SourceEffects,
    news: PackageNews,
    audit: AuditTrail,
    unitOfWork: UnitOfWork,
  ) {
    this.#sources = sources;
    this.#effects = effects;
    this.#news = news;
    this.#audit = audit;
    this.#unitOfWork = unitOfWork;
  }

  /** By place. Errors: `invalid` `page.cursor-malformed`. */
  async list(organizationId: OrganizationId, { cursor, limit }: PageQuery): Promise<Page<SourceRepositoryEntity>> {
    const found = await this.#sources.list(organizationId, decodeCursor(cursor, placeText), limit + 1);
    return cutPage(found, limit, { placeOf: ({ place }) => place, viewOf: (source) => source });
  }

  /** Errors: `not-found`. */
  async view(organizationId: OrganizationId, at: SourcePlace): Promise<SourceRepositoryEntity> {
    const source = await this.#sources.find(organizationId, placeOf(at));
    if (source === null) throw notReported();
    return source;
  }

  /**
   * Resolves when no gateway gives anybody what packages keep for others from now on; a repetition says whether that is so.
   * Errors: `forbidden` `source.beyond-own`, `limit` `source-repository.too-many`, `unavailable` `package.not-announced`.
   */
  async report(report: Report): Promise<SourceRepositoryEntity> {
    const { organizationId, at, caller, by, visibility, people } = report;
    if (people.length > 0) assertMayLetGive(caller, { kind: 'organization', organizationId });
    const { source, packages } = await this.#unitOfWork.run(async (manager) => {
      const place = placeOf(at);
      await this.#sources.hold(manager, place);
      const before = await this.#sources.find(organizationId, place, manager);
      report.match(before?.version);
      if (before === null && (await this.#sources.count(manager, organizationId)) >= maxSources) throw tooMany();
      const source = sourceOf(report, before);
      await this.#sources.save(manager, source);
      // What was reported of another repository of this name holds for its packages no more.
      const packages = await this.#effects.apply(manager, source, { before, by });
      await this.#record(manager, source, by, {
        action: 'source-repository.report',
        details: {
          place,
          visibility,
          before: before?.visibility ?? null,
          people: people.length,
          packages: packages.length,
        },
      });
      return { source, packages };
    });
    for (const { repository, package: owner } of packages) {
      await this.#news.announce(repository, owner, owner.visibility);
    }
    return source;
  }

  /** What it gave to people ends; packages stay as visible as they are. Errors: `not-found`. */
  async forget(
    organizationId: OrganizationId,
    at: SourcePlace,
    { by, match }: Pick<Report, 'by' | 'match'>,
  ): Promise<void> {
    await this.#unitOfWork.run(async (manager) => {
      const place = placeOf(at);
      await this.#sources.hold(manager, place);
      const source = await this.#sources.find(organizationId, place, manager);
      if (source === null) throw notReported();
      match(source.version);
      await this.#sources.remove(manager, source);
      const packages = await this.#effects.end(manager, source, by);
      await this.#record(manager, source, by, {
        action: 'source-repository.forget',
        details: { place, packages: packages.length },
      });
    });
  }

  #record(
    manager: EntityManager,
    { sourceRepositoryId, organizationId }: SourceRepositoryEntity,
    by: AuditActor,
    entry: {
      readonly action: 'source-repository.report' | 'source-repository.forget';
      readonly details: Readonly<Record<string, unknown>>;
    },
  ): Promise<void> {
    const subject = `source-repository:${sourceRepositoryId}`;
    return this.#audit.record(manager, by, { ...entry, subject, organizationId });
  }
}

function sourceOf(report: Report, before: SourceRepositoryEntity | null): SourceRepositoryEntity {
  const { organizationId, at, forgeRepositoryId, visibility, people, by } = report;
  const source = new SourceRepositoryEntity();
  source.sourceRepositoryId = before?.sourceRepositoryId ?? randomUUID();
  source.organizationId = organizationId;
  source.place = placeOf(at);
  source.forge = at.forge;
  source.host = at.host;
  source.owner = at.owner;
  source.name = at.name;
  source.forgeRepositoryId = forgeRepositoryId;
  source.visibility = visibility;
  source.people = [...people];
  source.reportedBy = by.actor;
  source.reportedAt = new Date();
  source.version = (before?.version ?? 0) + 1;
  return source;
}

function notReported(): DomainError {
  return new DomainError('not-found', 'source-repository.not-found', 'Nothing was reported of this source repository.');
}

function tooMany(): DomainError {
  const message = `An organization reports at most ${maxSources} source repositories.`;
  return new DomainError('limit', 'source-repository.too-many', message);
}
