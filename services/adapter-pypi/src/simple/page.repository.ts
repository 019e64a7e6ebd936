import { Injectable } from '@nestjs/common';
import type { RepositoryId, Visibility } from '@waybill/domain';
import type { StatementPart } from '@waybill/persistence';
import type { ListedPackage, PackageKey } from '@waybill/read-model';
import type { EntityManager } from 'typeorm';
import { DataSource } from 'typeorm';
import { PageEntity } from './page.entity.js';
import type { SimpleForm } from './simple-form.rules.js';

export interface ListedProject extends ListedPackage {
  readonly name: string;
  readonly visibility: Visibility | null;
}

@Injectable()
export class PageRepository {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  find({ repositoryId, purl }: PackageKey, form: SimpleForm): Promise<PageEntity | null> {
    return this.#dataSource.getRepository(PageEntity).findOneBy({ repositoryId, purl, form });
  }

  /** Inserts or replaces a page without reading what was there, if part `source` has a row. */
  part(page: PageEntity, source: string): StatementPart {
    return {
      text: `INSERT INTO pages (repository_id, purl, form, etag, body, blob_digest, size_bytes)
             SELECT $1::uuid, $2::text, $3::text, $4::text, $5::bytea, $6::text, $7::bigint FROM ${source}
             ON CONFLICT ON CONSTRAINT pages_pkey DO UPDATE
               SET etag = excluded.etag, body = excluded.body, blob_digest = excluded.blob_digest,
                   size_bytes = excluded.size_bytes`,
      values: [page.repositoryId, page.purl, page.form, page.etag, page.body, page.blobDigest, page.sizeBytes],
    };
  }

  async remove(manager: EntityManager, { repositoryId, purl }: PackageKey): Promise<void> {
    await manager.getRepository(PageEntity).delete({ repositoryId, purl });
  }

  /** The projects of a repository that have a page, by their names, from behind `after` on. */
  async listProjects(repositoryId: RepositoryId, after: string, limit: number): Promise<ListedProject[]> {
    return this.#dataSource.query<ListedProject[]>(
      `SELECT p.purl, p.name, p.visibility FROM packages p
        WHERE p.repository_id = $1 AND p.name COLLATE "C" > $2
          AND EXISTS (SELECT FROM pages WHERE pages.repository_id = p.repository_id AND pages.purl = p.purl)
        ORDER BY p.name COLLATE "C" LIMIT $3`,
      [repositoryId, after, limit],
    );
  }
}
