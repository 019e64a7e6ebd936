import { Injectable } from '@nestjs/common';
import type { StatementPart } from '@waybill/persistence';
import { runJoined } from '@waybill/persistence';
import type { PackageKey } from '@waybill/read-model';
import type { EntityManager } from 'typeorm';
import { DataSource } from 'typeorm';
import { maxShownStars } from '../star/shown-stars.rules.js';
import type { PackageEntity } from './package.entity.js';
import type { PackumentForm } from './packument.entity.js';
import { PackumentEntity } from './packument.entity.js';

export interface Surroundings {
  /** The tags that point somewhere. */
  readonly distTags: Readonly<Record<string, string>>;
  /** In the order in which they became owners. */
  readonly owners: readonly { readonly username: string; readonly email: string | null }[];
  /** The first to star come first, up to `maxShownStars`. */
  readonly stargazers: readonly string[];
}

@Injectable()
export class PackumentRepository {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  find(
    key: PackageKey,
    form: PackumentForm,
    manager: EntityManager = this.#dataSource.manager,
  ): Promise<PackumentEntity | null> {
    return manager.getRepository(PackumentEntity).findOneBy({ ...pick(key), form });
  }

  /** Inserts or replaces a document without reading what was there: documents are large. If part `source` has a row. */
  part(packument: PackumentEntity, source: string): StatementPart {
    return {
      text: `INSERT INTO packuments
               (repository_id, purl, form, repository_url, etag, modified_at, body, blob_digest, size_bytes)
             SELECT $1::uuid, $2::text, $3::text, $4::text, $5::text, $6::timestamptz, $7::bytea, $8::text, $9::bigint
             FROM ${source}
             ON CONFLICT ON CONSTRAINT packuments_pkey DO UPDATE
               SET repository_url = excluded.repository_url, etag = excluded.etag, modified_at = excluded.modified_at,
                   body = excluded.body, blob_digest = excluded.blob_digest, size_bytes = excluded.size_bytes`,
      values: [
        packument.repositoryId,
        packument.purl,
        packument.form,
        packument.repositoryUrl,
        packument.etag,
        packument.modifiedAt,
        packument.body,
        packument.blobDigest,
        packument.sizeBytes,
      ],
    };
  }

  /** What a document shows of a package besides its versions. */
  async surroundingsOf(manager: EntityManager, { repositoryId, purl }: PackageKey): Promise<Surroundings> {
    const [found] = await manager.query<Surroundings[]>(
      `SELECT (SELECT coalesce(json_object_agg(tag, version ORDER BY tag), '{}') FROM dist_tags
                WHERE repository_id = $1 AND purl = $2 AND version IS NOT NULL) AS "distTags",
              (SELECT coalesce(json_agg(json_build_object('username', username, 'email', email) ORDER BY position), '[]')
                 FROM package_owners WHERE repository_id = $1 AND purl = $2) AS owners,
              (SELECT coalesce(json_agg(username ORDER BY starred_at, user_id), '[]')
                 FROM (SELECT username, starred_at, user_id FROM stars WHERE repository_id = $1 AND purl = $2
                       ORDER BY starred_at, user_id LIMIT $3) AS shown) AS stargazers`,
      [repositoryId, purl, maxShownStars],
    );
    return found ?? { distTags: {}, owners: [], stargazers: [] };
  }

  async remove(manager: EntityManager, key: PackageKey): Promise<void> {
    await manager.getRepository(PackumentEntity).delete(pick(key));
  }

  /** A package of which nothing is known yet, as a part of a larger statement: one row if that is so and `keyid`
   * signs. */
  newPackagePart(entity: PackageEntity, keyid: string): StatementPart {
    return {
      text: `INSERT INTO packages (repository_id, purl, name, aggregate_version, modified_at, visible_version)
             SELECT $1::uuid, $2::text, $3::text, $4::integer, $5::timestamptz, $6::integer
             WHERE EXISTS (SELECT FROM signing_keys WHERE keyid = $7 AND expires_at IS NULL)
               AND NOT EXISTS (SELECT FROM package_moves WHERE repository_id = $1::uuid AND purl = $2::text)
             ON CONFLICT ON CONSTRAINT packages_pkey DO NOTHING RETURNING purl`,
      values: [
        entity.repositoryId,
        entity.purl,
        entity.name,
        entity.aggregateVersion,
        entity.modifiedAt,
        entity.visibleVersion,
        keyid,
      ],
    };
  }

  /** Of a package that is locked, with its documents. */
  async savePackage(
    manager: EntityManager,
    entity: PackageEntity,
    documents: readonly PackumentEntity[] = [],
  ): Promise<void> {
    const { aggregateVersion, modifiedAt, visibleVersion, ownersVersion, starsVersion } = entity;
    const saved = {
      text: `UPDATE packages SET aggregate_version = $3, modified_at = $4, visible_version = $5, owners_version = $6,
                                 stars_version = $7
             WHERE repository_id = $1 AND purl = $2 RETURNING purl`,
      values: [
        entity.repositoryId,
        entity.purl,
        aggregateVersion,
        modifiedAt,
        visibleVersion,
        ownersVersion,
        starsVersion,
      ],
    };
    await runJoined(
      manager,
      {
        package: saved,
        ...Object.fromEntries(documents.map((document) => [document.form, this.part(document, 'package')])),
      },
      'SELECT purl FROM package',
    );
  }
}

function pick(key: PackageKey): PackageKey {
  return { repositoryId: key.repositoryId, purl: key.purl };
}
