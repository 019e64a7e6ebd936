import { Injectable } from '@nestjs/common';
import type { ReleaseSummary } from '@waybill/contracts';
import { DomainError } from '@waybill/domain';
import type { PackagePurl, RepositoryId, Visibility } from '@waybill/domain';
import { DataSource } from 'typeorm';
import type { DocumentChange, PackageKey, SearchDocument } from '../documents/search-document.js';
import { fullName } from '../documents/search-document.js';
import { scoreOf } from '../query/ranking.rules.js';
import { nameKey, normalName, wordsOf } from '../query/search-text.rules.js';
import { searchStatement } from './postgres-search.sql.js';
import type { SearchHit, SearchHits, SearchIndex, SearchQuery } from './search-index.js';

interface DocumentRow {
  readonly repository_id: RepositoryId;
  readonly purl: PackagePurl;
  readonly ecosystem: string;
  readonly namespace: string | null;
  readonly name: string;
  readonly version: string;
  readonly summary: ReleaseSummary;
  readonly usernames: string[];
  readonly published_at: Date;
  readonly published_by: string;
  readonly deprecated: boolean;
  readonly own_visibility: Visibility | null;
  readonly downloads: string;
  readonly tier: number;
  readonly boost: number;
}

type SearchRow = { readonly total: number } & (DocumentRow | { readonly purl: null });

const nothing: SearchDocument = {
  ecosystem: '',
  namespace: undefined,
  name: '',
  version: '',
  summary: {},
  publishedAt: new Date(0),
  publishedBy: '',
  usernames: [],
  deprecated: false,
  visibility: null,
};

/** Full text and trigrams of PostgreSQL, in the service's own schema. */
@Injectable()
export class PostgresSearchIndexRepository implements SearchIndex {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  async put(change: DocumentChange): Promise<void> {
    const document = change.document ?? nothing;
    const { description = '', keywords = [] } = document.summary;
    const name = fullName(document);
    await this.#dataSource.query(putSql, [
      change.repositoryId,
      change.packagePurl,
      change.revision,
      change.document !== undefined,
      document.ecosystem,
      document.namespace ?? null,
      document.name,
      normalName(name),
      nameKey(document.name),
      nameKey(name),
      document.version,
      JSON.stringify(document.summary),
      keywords.map((keyword) => keyword.toLowerCase()),
      wordsOf([name, ...keywords, description].join(' ')).join(' '),
      document.usernames.map((username) => username.toLowerCase()),
      document.publishedAt,
      document.publishedBy,
      document.deprecated,
      document.visibility,
    ]);
  }

  async putDownloads(counts: readonly (PackageKey & { readonly downloads: number })[]): Promise<void> {
    await this.#dataSource.query(
      `UPDATE documents SET downloads = given.downloads
         FROM unnest($1::uuid[], $2::text[], $3::bigint[]) AS given (repository_id, purl, downloads)
        WHERE documents.repository_id = given.repository_id AND documents.purl = given.purl
          AND documents.downloads <> given.downloads`,
      [
        counts.map(({ repositoryId }) => repositoryId),
        counts.map(({ packagePurl }) => packagePurl),
        counts.map(({ downloads }) => downloads),
      ],
    );
  }

  async forget(repositoryId: RepositoryId): Promise<void> {
    await this.#dataSource.query('DELETE FROM documents WHERE repository_id = $1', [repositoryId]);
  }

  async query(query: SearchQuery): Promise<SearchHits> {
    const { sql, parameters } = searchStatement(query);
    const rows = await this.#dataSource.query<SearchRow[]>(sql, [...parameters]).catch((cause: unknown) => {
      throw new DomainError('unavailable', 'search.unavailable', 'The search cannot answer now; try again.', {
        cause,
        retryAfterSeconds: 5,
      });
    });
    return { total: rows[0]?.total ?? 0, hits: rows.flatMap((row) => (row.purl === null ? [] : [hitOf(row)])) };
  }
}

function hitOf(row: DocumentRow): SearchHit {
  return {
    repositoryId: row.repository_id,
    packagePurl: row.purl,
    downloads: Number(row.downloads),
    score: scoreOf(row.tier, row.boost),
    document: {
      ecosystem: row.ecosystem,
      namespace: row.namespace ?? undefined,
      name: row.name,
      version: row.version,
      summary: row.summary,
      publishedAt: row.published_at,
      publishedBy: row.published_by,
      usernames: row.usernames,
      deprecated: row.deprecated,
      visibility: row.own_visibility,
    },
  };
}

const putSql = `
  INSERT INTO documents (repository_id, purl, revision, visible, ecosystem, namespace, name, full_name, name_key, full_key,
                         version, summary, keywords, words, usernames, published_at, published_by, deprecated,
                         own_visibility, downloads)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, 0)
  ON CONFLICT ON CONSTRAINT documents_pkey DO UPDATE
    SET revision = excluded.revision, visible = excluded.visible, ecosystem = excluded.ecosystem,
        namespace = excluded.namespace, name = excluded.name, full_name = excluded.full_name,
        name_key = excluded.name_key, full_key = excluded.full_key, version = excluded.version,
        summary = excluded.summary, keywords = excluded.keywords, words = excluded.words,
        usernames = excluded.usernames, published_at = excluded.published_at, published_by = excluded.published_by,
        deprecated = excluded.deprecated, own_visibility = excluded.own_visibility
    WHERE documents.revision < excluded.revision`;
