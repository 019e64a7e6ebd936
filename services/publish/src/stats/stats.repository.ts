import { Injectable } from '@nestjs/common';
import type { Principal } from '@waybill/domain';
import { DataSource } from 'typeorm';
import { foundPackageSql, Parameters } from '../package-access/readable.sql.js';

interface Row {
  readonly ecosystem: string;
  readonly repositories: string[];
  readonly packages: number;
  readonly releases: number;
  readonly sizeBytes: string;
  readonly downloads: string;
}

/** As the adapters and the search count what is recent. */
const countedDays = 30;

@Injectable()
export class StatsRepository {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  /** Of what the caller finds in lists, and nothing else: a count tells what there is (security.md A5). */
  async count(caller: Principal, org: string | undefined) {
    const parameters = new Parameters();
    const conditions = [foundPackageSql(caller, parameters)];
    if (org !== undefined) {
      conditions.push(
        `r.organization_id = (SELECT organization_id FROM organizations WHERE name = ${parameters.add(org)})`,
      );
    }
    const rows = await this.#dataSource.query<Row[]>(
      `WITH found AS (
         SELECT p.package_id, p.repository_id, substring(p.purl FROM '^pkg:([^/]+)/') AS ecosystem
           FROM packages p JOIN repositories r USING (repository_id) WHERE ${conditions.join(' AND ')}),
       sizes AS (
         SELECT v.package_id, count(DISTINCT v.release_id)::integer AS releases, coalesce(sum(a.size_bytes), 0) AS bytes
           FROM releases v JOIN artifacts a USING (release_id)
          WHERE v.package_id IN (SELECT package_id FROM found) AND NOT v.replaced
            AND v.state IN ('published', 'yanked', 'deprecated')
          GROUP BY v.package_id),
       recent AS (
         SELECT package_id, sum(downloads) AS downloads FROM package_downloads
          WHERE day > current_date - ${countedDays} AND package_id IN (SELECT package_id FROM found)
          GROUP BY package_id)
       SELECT ecosystem, array_agg(DISTINCT repository_id) AS repositories, count(*)::integer AS packages,
              coalesce(sum(releases), 0)::integer AS releases, coalesce(sum(bytes), 0)::text AS "sizeBytes",
              coalesce(sum(downloads), 0)::text AS downloads
         FROM found LEFT JOIN sizes USING (package_id) LEFT JOIN recent USING (package_id) GROUP BY ecosystem ORDER BY ecosystem`,
      parameters.values,
    );
    const sum = (of: (row: Row) => number) => rows.reduce((total, row) => total + of(row), 0);
    return {
      repositories: new Set(rows.flatMap(({ repositories }) => repositories)).size,
      packages: sum(({ packages }) => packages),
      releases: sum(({ releases }) => releases),
      sizeBytes: sum(({ sizeBytes }) => Number(sizeBytes)),
      downloads: sum(({ downloads }) => Number(downloads)),
      ecosystems: Object.fromEntries(rows.map(({ ecosystem, packages }) => [ecosystem, packages])),
    };
  }
}
