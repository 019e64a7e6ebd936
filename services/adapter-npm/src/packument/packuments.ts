import { Injectable } from '@nestjs/common';
import type { PackageDocuments } from '@waybill/read-model';
import type { EntityManager } from 'typeorm';
import { DocumentAddress } from './document-address.js';
import { revisionOf } from './package-revision.rules.js';
import type { PackageEntity } from './package.entity.js';
import { PackumentProjector } from './packument.projector.js';
import { PackumentRepository } from './packument.repository.js';

/** What the abbreviated form does not show is written into the other alone. */
export type LesserForm = 'full';

/** Packuments, as the read model has them written. */
@Injectable()
export class Packuments implements PackageDocuments<PackageEntity, LesserForm> {
  readonly #packuments: PackumentRepository;
  readonly #projector: PackumentProjector;
  readonly #address: DocumentAddress;

  constructor(packuments: PackumentRepository, projector: PackumentProjector, address: DocumentAddress) {
    this.#packuments = packuments;
    this.#projector = projector;
    this.#address = address;
  }

  revisionOf(entity: PackageEntity): string {
    return revisionOf(entity);
  }

  async write(
    manager: EntityManager,
    entity: PackageEntity,
    repository: { readonly slug: string } | undefined,
    forms: LesserForm | 'all',
  ): Promise<void> {
    const url = repository === undefined ? await this.#urlSoFar(entity) : this.#address.of(repository);
    // Without an address there is no document yet, and its first one shows the change.
    if (url === undefined) await this.save(manager, entity);
    else await this.#projector.rebuild(manager, entity, url, forms === 'all' ? 'both' : forms);
  }

  async save(manager: EntityManager, entity: PackageEntity): Promise<void> {
    await this.#packuments.savePackage(manager, entity);
  }

  /** Owners are new there. */
  carry(entity: PackageEntity, before: PackageEntity): void {
    entity.starsVersion = Math.max(entity.starsVersion, before.starsVersion) + 1;
  }

  async #urlSoFar(entity: PackageEntity): Promise<string | undefined> {
    return (await this.#packuments.find(entity, 'full'))?.repositoryUrl;
  }
}
