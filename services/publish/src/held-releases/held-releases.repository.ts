import { Injectable } from '@nestjs/common';
import type { OrganizationId, ReleaseId, RepositoryId } from '@waybill/domain';
import { DataSource } from 'typeorm';

/** Whose held releases somebody may review. */
export type Reviewed =
  'all' | { readonly organizations: readonly OrganizationId[]; readonly repositories: readonly RepositoryId[] };

@Injectable()
export class HeldReleasesRepository {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  /** Oldest first, from after `after` (the id of the last one seen). */
  async list(reviewed: Reviewed, after: ReleaseId | undefined, limit: number): Promise<ReleaseId[]> {
    const all = reviewed === 'all';
    const rows = await this.#dataSource.query<{ release_id: ReleaseId }[]>(
      `SELECT r.release_id FROM releases r
         JOIN packages p USING (package_id) JOIN repositories o USING (repository_id)
        WHERE r.state = 'held' AND NOT r.replaced
          AND ($1 OR o.organization_id = ANY($2) OR o.repository_id = ANY($3))
          AND ($4::uuid IS NULL OR (r.submitted_at, r.release_id) >
               (SELECT submitted_at, release_id FROM releases WHERE release_id = $4::uuid))
        ORDER BY r.submitted_at, r.release_id LIMIT $5`,
      [all, all ? [] : reviewed.organizations, all ? [] : reviewed.repositories, after ?? null, limit],
    );
    return rows.map((row) => row.release_id);
  }
}
