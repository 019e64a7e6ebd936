import { Injectable } from '@nestjs/common';
import type { OrganizationId, PackagePurl, ReleaseId, RepositoryId } from '@waybill/domain';
import { DataSource } from 'typeorm';

/** Whose held releases somebody may review. */
export interface Reviewed {
  readonly everything: boolean;
  readonly organizations: readonly OrganizationId[];
  readonly repositories: readonly RepositoryId[];
  readonly packages: readonly { readonly repositoryId: RepositoryId; readonly purl: PackagePurl }[];
}

/** A page of a list: from after the release with the id `after`. */
export interface Wanted {
  readonly state: 'held' | 'quarantined';
  readonly after: ReleaseId | undefined;
  readonly limit: number;
}

@Injectable()
export class HeldReleasesRepository {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  /** Oldest first. */
  async list(reviewed: Reviewed, { state, after, limit }: Wanted): Promise<ReleaseId[]> {
    const { everything, organizations, repositories, packages } = reviewed;
    const rows = await this.#dataSource.query<{ release_id: ReleaseId }[]>(
      `SELECT r.release_id FROM releases r
         JOIN packages p USING (package_id) JOIN repositories o USING (repository_id)
        WHERE r.state = $8 AND o.deleted_at IS NULL
          AND ($1 OR o.organization_id = ANY($2::uuid[]) OR o.repository_id = ANY($3::uuid[])
               OR (o.repository_id, p.purl) IN (SELECT * FROM unnest($4::uuid[], $5::text[])))
          AND ($6::uuid IS NULL OR (r.submitted_at, r.release_id) >
               (SELECT submitted_at, release_id FROM releases WHERE release_id = $6::uuid))
        ORDER BY r.submitted_at, r.release_id LIMIT $7`,
      [
        everything,
        organizations,
        repositories,
        packages.map(({ repositoryId }) => repositoryId),
        packages.map(({ purl }) => purl),
        after ?? null,
        limit,
        state,
      ],
    );
    return rows.map((row) => row.release_id);
  }
}
