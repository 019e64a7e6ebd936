import { Injectable } from '@nestjs/common';
import type { PackagePurl, RepositoryId } from '@waybill/domain';
import { DataSource, In } from 'typeorm';
import { PackageOwnerEntity } from '../owners/package-owner.entity.js';

/** Owners of the packages on one page of results. */
@Injectable()
export class SearchOwnersRepository {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  /** User names by package, of those whose owners are known. */
  async of(repositoryId: RepositoryId, purls: readonly PackagePurl[]): Promise<ReadonlyMap<PackagePurl, string[]>> {
    const names = new Map<PackagePurl, string[]>();
    if (purls.length === 0) return names;
    const owners = await this.#dataSource
      .getRepository(PackageOwnerEntity)
      .find({ where: { repositoryId, purl: In([...purls]) }, order: { purl: 'ASC', position: 'ASC' } });
    for (const { purl, username } of owners) names.set(purl, [...(names.get(purl) ?? []), username]);
    return names;
  }
}
