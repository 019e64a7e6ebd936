import { Injectable } from '@nestjs/common';
import type { PackageId, ReleaseId, ReleasePurl, ReleaseState } from '@waybill/domain';
import { DataSource } from 'typeorm';

export interface ReleaseRow {
  readonly releaseId: ReleaseId;
  readonly purl: ReleasePurl;
  readonly version: string;
  readonly state: ReleaseState;
  readonly publishedBy: string;
  readonly submittedAt: Date;
  readonly settledAt: Date | null;
  readonly withdrawnAt: Date | null;
  readonly deprecation: string | null;
  readonly sizeBytes: number;
  /** When it was submitted, to the microsecond, as a page ends with it. */
  readonly place: string;
}

type Row = Omit<ReleaseRow, 'sizeBytes'> & { readonly sizeBytes: string };

const columns = `v.release_id AS "releaseId", v.purl, v.version, v.state, v.published_by_username AS "publishedBy",
  v.submitted_at AS "submittedAt", v.settled_at AS "settledAt", v.withdrawn_at AS "withdrawnAt", v.deprecation,
  v.submitted_at::text AS place,
  (SELECT coalesce(sum(a.size_bytes), 0) FROM artifacts a WHERE a.release_id = v.release_id) AS "sizeBytes"`;

/** Releases of one package, as lists show them. */
@Injectable()
export class ReleaseListRepository {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  /** Newest first. */
  async list(
    packageId: PackageId,
    wanted: {
      readonly states: readonly ReleaseState[];
      readonly after: readonly [place: string, releaseId: string] | undefined;
      readonly limit: number;
    },
  ): Promise<ReleaseRow[]> {
    const { states, after, limit } = wanted;
    const rows = await this.#dataSource.query<Row[]>(
      `SELECT ${columns} FROM releases v
        WHERE v.package_id = $1 AND NOT v.replaced AND v.state = ANY($2)
          AND ($3::timestamptz IS NULL OR (v.submitted_at, v.release_id) < ($3::timestamptz, $4::uuid))
        ORDER BY v.submitted_at DESC, v.release_id DESC LIMIT $5`,
      [packageId, states, after?.[0] ?? null, after?.[1] ?? null, limit],
    );
    return rows.map(rowOf);
  }

  /** The release that holds the version. */
  async findCurrent(packageId: PackageId, version: string): Promise<ReleaseRow | undefined> {
    const [row] = await this.#dataSource.query<Row[]>(
      `SELECT ${columns} FROM releases v WHERE v.package_id = $1 AND v.version = $2 AND NOT v.replaced`,
      [packageId, version],
    );
    return row === undefined ? undefined : rowOf(row);
  }

  async tagsAt(packageId: PackageId, version: string): Promise<string[]> {
    const rows = await this.#dataSource.query<{ tag: string }[]>(
      'SELECT tag FROM tags WHERE package_id = $1 AND version = $2 ORDER BY tag COLLATE "C"',
      [packageId, version],
    );
    return rows.map(({ tag }) => tag);
  }
}

function rowOf(row: Row): ReleaseRow {
  return { ...row, sizeBytes: Number(row.sizeBytes) };
}
