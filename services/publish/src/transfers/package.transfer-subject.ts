import { Injectable } from '@nestjs/common';
import type { OrganizationId, PackageId } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import { isUniqueViolation } from '@waybill/persistence';
import type { EntityManager } from 'typeorm';
import { nameTaken, PackageMover } from '../package-transfers/package-mover.js';
import { PackageRepository } from '../packages/package.repository.js';
import { RepositoryRepository } from '../repositories/repository.repository.js';
import { repositoryNotFound } from '../repositories/repository.rules.js';
import type { Handover, TransferSubject } from './transfer-subject.js';
import { changedMeanwhile } from './transfer.rules.js';

/** A package with all that is in it. Who receives it says which of their repositories it goes to. */
@Injectable()
export class PackageTransferSubject implements TransferSubject {
  readonly kind = 'package';
  readonly needsPlace = true;
  readonly #packages: PackageRepository;
  readonly #repositories: RepositoryRepository;
  readonly #mover: PackageMover;

  constructor(packages: PackageRepository, repositories: RepositoryRepository, mover: PackageMover) {
    this.#packages = packages;
    this.#repositories = repositories;
    this.#mover = mover;
  }

  async lock(
    manager: EntityManager,
    subjectId: string,
    place?: string,
  ): Promise<{ organizationId: OrganizationId; name: string } | undefined> {
    const locked = await this.#lock(manager, subjectId, place);
    if (locked === null || locked.from.deletedAt !== null || locked.owner.deletedAt !== null) return undefined;
    return { organizationId: locked.from.organizationId, name: locked.owner.purl };
  }

  async handOver(manager: EntityManager, subjectId: string, { to, place, by, details }: Handover): Promise<void> {
    const locked = await this.#lock(manager, subjectId, place);
    if (locked === null) throw changedMeanwhile();
    const { from, to: target, owner } = locked;
    if (place === undefined) throw needsPlace();
    // A repository of somebody else is none here, whether or not there is one (security.md A3, A6).
    if (target?.deletedAt !== null || target.organizationId !== to) throw repositoryNotFound();
    try {
      await this.#mover.move(manager, { from, to: target, owner, by, details });
    } catch (error) {
      const isTaken = isUniqueViolation(error, 'packages_purl_key') || isUniqueViolation(error, 'packages_name_key');
      throw isTaken ? nameTaken() : error;
    }
  }

  announce(subjectId: string): Promise<void> {
    return this.#mover.announce(subjectId as PackageId);
  }

  async #lock(manager: EntityManager, subjectId: string, place: string | undefined) {
    const seen = await this.#packages.findById(subjectId as PackageId, manager);
    const target = place === undefined ? null : await this.#repositories.findBySlug(place, manager);
    return seen === null ? null : this.#mover.lock(manager, seen, target);
  }
}

function needsPlace(): DomainError {
  const message = 'Say in which of your repositories the package is to be.';
  return new DomainError('invalid', 'transfer.needs-repository', message, {
    details: { errors: [{ field: 'body.repository', code: 'transfer.needs-repository', message }] },
  });
}
