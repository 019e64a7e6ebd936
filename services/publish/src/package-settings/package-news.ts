import { Injectable } from '@nestjs/common';
import type { PackageVisibility } from '@waybill/contracts';
import { packageAggregate, packageChanged, packageVisibilitySubject } from '@waybill/contracts';
import type { Visibility } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import { GatewayNews } from '@waybill/edge';
import { Outbox } from '@waybill/messaging';
import type { EntityManager } from 'typeorm';
import type { PackageEntity } from '../packages/package.entity.js';
import { PackageRepository } from '../packages/package.repository.js';
import type { RepositoryEntity } from '../repositories/repository.entity.js';
import { factsOf } from '../repositories/repository.repository.js';

export interface ChangedPackage {
  readonly repository: RepositoryEntity;
  readonly package: PackageEntity;
}

/** Tells what holds for a package as a whole: other services by an event, gateways before anybody is answered. */
@Injectable()
export class PackageNews {
  readonly #packages: PackageRepository;
  readonly #outbox: Outbox;
  readonly #news: GatewayNews;

  constructor(packages: PackageRepository, outbox: Outbox, news: GatewayNews) {
    this.#packages = packages;
    this.#outbox = outbox;
    this.#news = news;
  }

  /** Tells every gateway who may see a package where it is. Errors: `unavailable` `package.not-announced`. */
  async announce(
    { repositoryId }: Pick<RepositoryEntity, 'repositoryId'>,
    { purl: packagePurl, aggregateVersion }: PackageEntity,
    visibility: Visibility | null,
  ): Promise<void> {
    const news: PackageVisibility = { repositoryId, packagePurl, visibility, aggregateVersion };
    if (!(await this.#news.tellAll(packageVisibilitySubject, news))) throw notAnnounced();
  }

  /** The event of what a locked package is now, which counts as a change that clients see. */
  async tell(manager: EntityManager, changed: ChangedPackage, changedBy: string): Promise<void> {
    const { repository, package: owner } = changed;
    const aggregateVersion = await this.#packages.countVisibleChange(manager, owner);
    await this.#outbox.append(manager, packageChanged, {
      aggregate: packageAggregate(repository.repositoryId, owner.purl),
      aggregateVersion,
      data: {
        repository: factsOf(repository),
        packagePurl: owner.purl,
        changedBy,
        visibility: owner.visibility,
        archived: owner.archived,
        deleted: owner.deletedAt !== null,
      },
    });
  }
}

function notAnnounced(): DomainError {
  return new DomainError(
    'unavailable',
    'package.not-announced',
    'The visibility is changed, but not every gateway has confirmed that it knows; repeat the request.',
    { retryAfterSeconds: 1 },
  );
}
