import { Injectable } from '@nestjs/common';
import type { Visibility, Principal, PackagePurl, PackageId, OrganizationId } from '@waybill/domain';
import { DataSource } from 'typeorm';
import { effectiveVisibilitySql, foundPackageSql, Parameters } from '../package-access/readable.sql.js';
import type { PackageSort } from './packages.schema.js';

export interface WantedPackages {
  readonly org?: string;
  readonly repository?: string;
  readonly ecosystem?: string;
  readonly q?: string;
  readonly sort: PackageSort;
  readonly limit: number;
  /** The last one of the page before. */
  readonly after: PackagePlace | undefined;
}

/** Where a package stands in a list: what it is sorted by, as text, and its id. */
export type PackagePlace = readonly [by: string, packageId: string];

export interface ListedPackage {
  readonly packageId: PackageId;
  readonly purl: PackagePurl;
  readonly repository: string;
  readonly organizationId: OrganizationId;
  readonly visibility: Visibility;
  readonly archived: boolean;
  readonly latestVersion: string | null;
  readonly releases: number;
  readonly updatedAt: Date;
  /** What it is sorted by. */
  readonly by: string;
}

const visible = `NOT v.replaced AND v.state IN ('published', 'yanked', 'deprecated')`;

/** The version that clients take without being told one. */
export const latestVersionSql = `coalesce(
  (SELECT t.version FROM tags t WHERE t.package_id = p.package_id AND t.tag = 'latest'),
  (SELECT v.version FROM releases v WHERE v.package_id = p.package_id AND ${visible}
    ORDER BY v.settled_at DESC, v.release_id LIMIT 1))`;

export const releaseCountSql = `(SELECT count(*)::integer FROM releases v WHERE v.package_id = p.package_id AND ${visible})`;

const columns = `p.package_id AS "packageId", p.purl, r.slug AS repository, r.organization_id AS "organizationId",
  ${effectiveVisibilitySql} AS visibility, p.archived, p.changed_at AS "updatedAt",
  ${latestVersionSql} AS "latestVersion", ${releaseCountSql} AS releases`;

/** Lists of packages, of which nobody is told more than they may read (security.md A5). */
@Injectable()
export class PackagesRepository {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  list(caller: Principal, wanted: WantedPackages): Promise<ListedPackage[]> {
    const parameters = new Parameters();
    const isDown = wanted.sort.startsWith('-');
    const isByName = wanted.sort.endsWith('name');
    const by = isByName ? 'p.purl COLLATE "C"' : 'p.changed_at';
    const conditions = [foundPackageSql(caller, parameters), ...filtersOf(wanted, parameters)];
    if (wanted.after !== undefined) {
      const [place, packageId] = wanted.after;
      const typed = `${parameters.add(place)}::${isByName ? 'text' : 'timestamptz'}`;
      conditions.push(`(${by}, p.package_id) ${isDown ? '<' : '>'} (${typed}, ${parameters.add(packageId)}::uuid)`);
    }
    const direction = isDown ? 'DESC' : 'ASC';
    return this.#dataSource.query(
      `WITH page AS (
         SELECT p.package_id, (${by})::text AS by, row_number() OVER (ORDER BY ${by} ${direction}, p.package_id ${direction}) AS place
           FROM packages p JOIN repositories r USING (repository_id)
          WHERE ${conditions.join(' AND ')}
          ORDER BY place LIMIT ${parameters.add(wanted.limit)})
       SELECT ${columns}, page.by FROM page JOIN packages p USING (package_id) JOIN repositories r USING (repository_id)
        ORDER BY page.place`,
      parameters.values,
    );
  }

  /** What one package looks like from outside. */
  async describe(
    packageId: PackageId,
  ): Promise<
    | (Omit<ListedPackage, 'by'> & { readonly tags: Readonly<Record<string, string>>; readonly sizeBytes: number })
    | undefined
  > {
    const [row] = await this.#dataSource.query<
      (Omit<ListedPackage, 'by'> & { tags: Record<string, string>; sizeBytes: string })[]
    >(
      `SELECT ${columns},
              (SELECT coalesce(json_object_agg(t.tag, t.version ORDER BY t.tag), '{}') FROM tags t
                WHERE t.package_id = p.package_id AND t.version IS NOT NULL) AS tags,
              (SELECT coalesce(sum(a.size_bytes), 0) FROM artifacts a JOIN releases v USING (release_id)
                WHERE v.package_id = p.package_id AND ${visible}) AS "sizeBytes"
         FROM packages p JOIN repositories r USING (repository_id) WHERE p.package_id = $1`,
      [packageId],
    );
    return row === undefined ? undefined : { ...row, sizeBytes: Number(row.sizeBytes) };
  }
}

function filtersOf({ org, repository, ecosystem, q }: WantedPackages, parameters: Parameters): string[] {
  return [
    ...(org === undefined
      ? []
      : [
          `r.organization_id = (SELECT organization_id FROM organizations WHERE name = ${parameters.add(org)} AND NOT deleted)`,
        ]),
    ...(repository === undefined ? [] : [`r.slug = ${parameters.add(repository)}`]),
    ...(ecosystem === undefined ? [] : [`starts_with(p.purl, ${parameters.add(`pkg:${ecosystem}/`)})`]),
    // The name as a purl spells it; no pattern, so that nothing in it is a wildcard (security.md W8).
    ...(q === undefined
      ? []
      : [`strpos(substring(p.name_key FROM '^pkg:[^/]+/(.*)$'), ${parameters.add(nameIn(q))}) > 0`]),
  ];
}

function nameIn(text: string): string {
  return text.trim().toWellFormed().split('/').map(encodeURIComponent).join('/').toLowerCase();
}
