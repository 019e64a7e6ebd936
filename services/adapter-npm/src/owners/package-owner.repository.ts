import { Injectable } from '@nestjs/common';
import type { DataOf, packageOwnersChanged } from '@waybill/contracts';
import type { PackagePurl, RepositoryId } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import { DataSource } from 'typeorm';
import type { PackageKey } from '../packument/packument.repository.js';
import { PackageOwnerEntity } from './package-owner.entity.js';

type Owners = DataOf<typeof packageOwnersChanged>['owners'];

@Injectable()
export class PackageOwnerRepository {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  /** In the order in which they became owners; inside of a transaction when a manager is given. */
  of(
    repositoryId: RepositoryId,
    purl: PackagePurl,
    manager: EntityManager = this.#dataSource.manager,
  ): Promise<PackageOwnerEntity[]> {
    return manager
      .getRepository(PackageOwnerEntity)
      .find({ where: { repositoryId, purl }, order: { position: 'ASC' } });
  }

  async replace(manager: EntityManager, { repositoryId, purl }: PackageKey, owners: Owners): Promise<void> {
    const rows = manager.getRepository(PackageOwnerEntity);
    await rows.delete({ repositoryId, purl });
    await rows.insert(owners.map((owner, position) => ({ repositoryId, purl, ...owner, position })));
  }
}
