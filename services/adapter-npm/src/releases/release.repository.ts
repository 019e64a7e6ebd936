import { Injectable } from '@nestjs/common';
import type { PackagePurl, RepositoryId } from '@waybill/domain';
import type { StatementPart } from '@waybill/persistence';
import { runJoined } from '@waybill/persistence';
import type { ReleaseEvidence } from '@waybill/read-model';
import { visibleStates } from '@waybill/read-model';
import type { EntityManager } from 'typeorm';
import { DataSource, In } from 'typeorm';
import type { PublishedVersion } from '../packument/packument.builder.js';
import { ReleaseEntity } from './release.entity.js';

export interface VersionDescription {
  readonly version: string;
  readonly integrity: string;
  readonly shasum: string;
  readonly publishedBy: string;
  /** Empty when it is not deprecated. */
  readonly deprecated: string;
}

interface VersionRow extends Omit<PublishedVersion, 'deprecated' | 'evidence'> {
  readonly deprecated: string | null;
  readonly evidence: ReleaseEvidence | null;
}

@Injectable()
export class ReleaseRepository {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  /** The release of that version that clients may see. */
  findPublished(repositoryId: RepositoryId, purl: PackagePurl, version: string): Promise<ReleaseEntity | null> {
    return this.#dataSource
      .getRepository(ReleaseEntity)
      .findOneBy({ repositoryId, purl, version, state: In(visibleStates) });
  }

  async publishedVersions(repositoryId: RepositoryId, purl: PackagePurl): Promise<string[]> {
    const rows = await this.#dataSource
      .getRepository(ReleaseEntity)
      .find({ select: { releaseId: true, version: true }, where: { repositoryId, purl, state: In(visibleStates) } });
    return rows.map((row) => row.version);
  }

  /** What a changed document is compared with. */
  async describeVersions(repositoryId: RepositoryId, purl: PackagePurl): Promise<VersionDescription[]> {
    return this.#dataSource.query(
      `SELECT version, facts->>'integrity' AS integrity, facts->>'shasum' AS shasum, published_by AS "publishedBy",
              coalesce(deprecation, '') AS deprecated
       FROM releases WHERE repository_id = $1 AND purl = $2 AND state = ANY($3)
       ORDER BY settled_at, version`,
      [repositoryId, purl, visibleStates],
    );
  }

  /**
   * All that clients may see, oldest first, as documents are built from it. Readmes stay behind: they are most of the
   * bytes, and a document has one (`readmeOf`).
   */
  async versionsForDocuments(
    manager: EntityManager,
    repositoryId: RepositoryId,
    purl: PackagePurl,
  ): Promise<PublishedVersion[]> {
    const rows: VersionRow[] = await manager.query(
      `SELECT version, manifest, facts, settled_at AS "publishedAt", published_by AS "publishedBy",
              coalesce(signatures, '[]') AS signatures, coalesce(attestations, '[]') AS attestations,
              evidence, deprecation AS deprecated
       FROM releases WHERE repository_id = $1 AND purl = $2 AND state = ANY($3)
       ORDER BY settled_at, version`,
      [repositoryId, purl, visibleStates],
    );
    return rows.map(({ deprecated, evidence, ...row }) => ({
      ...row,
      ...(deprecated === null ? {} : { deprecated }),
      ...(evidence === null ? {} : { evidence }),
    }));
  }

  async readmeOf(
    manager: EntityManager,
    repositoryId: RepositoryId,
    purl: PackagePurl,
    version: string,
  ): Promise<string | undefined> {
    const rows: { readonly readme: string | null }[] = await manager.query(
      `SELECT readme FROM releases
       WHERE repository_id = $1 AND purl = $2 AND version = $3 AND state = ANY($4)`,
      [repositoryId, purl, version, visibleStates],
    );
    return rows[0]?.readme ?? undefined;
  }

  /** Takes over what is newer than what is known, with `parts` that select from `release`. Resolves to whether it is newer. */
  async save(
    manager: EntityManager,
    release: ReleaseEntity,
    parts: Readonly<Record<string, StatementPart>> = {},
  ): Promise<boolean> {
    const rows = await runJoined(manager, { release: this.part(release), ...parts }, 'SELECT release_id FROM release');
    return rows.length > 0;
  }

  /** The same as a part of a larger statement, if its part `source` has a row. */
  part(release: ReleaseEntity, source?: string): StatementPart {
    const { readme, ...facts } = release.facts;
    return {
      text: `
        INSERT INTO releases (release_id, repository_id, purl, version, state, manifest, facts, tarball_digest,
                              tarball_bytes, published_by, settled_at, reasons, aggregate_version,
                              signatures, attestations, deprecation, readme, evidence)
        SELECT $1::uuid, $2::uuid, $3::text, $4::text, $5::text, $6::json, $7::jsonb, $8::text, $9::bigint, $10::text,
               $11::timestamptz, $12::jsonb, $13::integer, $14::jsonb, $15::jsonb, $16::text, $17::text, $18::jsonb
        ${source === undefined ? '' : `FROM ${source}`}
        ON CONFLICT ON CONSTRAINT releases_pkey DO UPDATE
          SET state = excluded.state, settled_at = excluded.settled_at, reasons = excluded.reasons,
              aggregate_version = excluded.aggregate_version, deprecation = excluded.deprecation,
              signatures = coalesce(releases.signatures, excluded.signatures),
              attestations = coalesce(releases.attestations, excluded.attestations), evidence = excluded.evidence
          WHERE releases.aggregate_version < excluded.aggregate_version
        RETURNING release_id`,
      values: [
        release.releaseId,
        release.repositoryId,
        release.purl,
        release.version,
        release.state,
        JSON.stringify(release.manifest),
        JSON.stringify(facts),
        release.tarballDigest,
        release.tarballBytes,
        release.publishedBy,
        release.settledAt,
        JSON.stringify(release.reasons),
        release.aggregateVersion,
        release.signatures === null ? null : JSON.stringify(release.signatures),
        release.attestations === null ? null : JSON.stringify(release.attestations),
        release.deprecation,
        readme ?? null,
        release.evidence === null ? null : JSON.stringify(release.evidence),
      ],
    };
  }
}
