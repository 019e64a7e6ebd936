import { Injectable } from '@nestjs/common';
import { isVisible, releaseStates } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import { DataSource, In, IsNull } from 'typeorm';
import type { PackageKey } from '@waybill/read-model';
import type { NpmName } from '../names/npm-name.js';
import { ReleaseEntity } from '../releases/release.entity.js';
import type { ReleaseSignature } from './signing-key.rules.js';

export interface PackageToSign extends PackageKey {
  readonly name: NpmName;
  readonly slug: string;
}

const visibleStates = releaseStates.filter(isVisible);

/** Releases that were projected before there were keys. */
@Injectable()
export class UnsignedReleaseRepository {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  /** Some packages that have such releases. */
  packages(limit: number): Promise<PackageToSign[]> {
    return this.#dataSource.query(
      `SELECT packages.repository_id AS "repositoryId", packages.purl, packages.name, repositories.slug
       FROM packages JOIN repositories ON repositories.repository_id = packages.repository_id
       WHERE EXISTS (SELECT FROM releases WHERE releases.repository_id = packages.repository_id
                       AND releases.purl = packages.purl AND releases.signatures IS NULL AND releases.state = ANY($2))
       ORDER BY packages.repository_id, packages.purl LIMIT $1`,
      [limit, visibleStates],
    );
  }

  of(manager: EntityManager, { repositoryId, purl }: PackageKey): Promise<ReleaseEntity[]> {
    return manager.getRepository(ReleaseEntity).find({
      where: { repositoryId, purl, signatures: IsNull(), state: In(visibleStates) },
    });
  }

  async sign(manager: EntityManager, release: ReleaseEntity, signatures: ReleaseSignature[]): Promise<void> {
    const { releaseId } = release;
    await manager.getRepository(ReleaseEntity).update({ releaseId, signatures: IsNull() }, { signatures });
  }
}
