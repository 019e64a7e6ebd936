import { driftOf } from '@waybill/persistence';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PostgresSearchIndexRepository } from '../src/search-index/postgres-search-index.repository.js';
import { searchStatement } from '../src/search-index/postgres-search.sql.js';
import type { SearchQuery } from '../src/search-index/search-index.js';
import { database as schema } from '../src/database/database.js';
import type { SearchDatabase } from './search-database.js';
import { migratedDataSource, searchDatabase } from './search-database.js';
import { changeOf, newRepository, now, searchIndexSuite } from './search-index.suite.js';

let database: SearchDatabase;
let dataSource: DataSource;

beforeAll(async () => {
  database = await searchDatabase();
  dataSource = await migratedDataSource(database.serviceUrl);
});

afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});

describe('the index in PostgreSQL', () => {
  searchIndexSuite(() => new PostgresSearchIndexRepository(dataSource));

  it('finds other forms of English words', async () => {
    const index = new PostgresSearchIndexRepository(dataSource);
    const repositoryId = newRepository();
    await index.put(changeOf(repositoryId, { name: 'a', summary: { description: 'Parsing of dates' } }));
    await index.put(changeOf(repositoryId, { name: 'the', summary: { description: 'A stop word' } }));
    const found = async (text: string) =>
      (await index.query(queryOf(repositoryId, text))).hits.map(({ document }) => document.name);
    expect(await found('parses date')).toEqual(['a']);
    expect(await found('the')).toEqual(['the']);
  });

  it('says that it cannot answer when the database does not', async () => {
    const away = await migratedDataSource(database.serviceUrl);
    await away.destroy();
    const index = new PostgresSearchIndexRepository(away);
    await expect(index.query(queryOf(newRepository(), 'a'))).rejects.toMatchObject({ kind: 'unavailable' });
  });

  it('has a schema that its entities say, and a way back', async () => {
    expect(await driftOf(dataSource)).toEqual([]);
    const other = await searchDatabase();
    const fresh = await migratedDataSource(other.serviceUrl);
    for (const { name } of schema.migrations.toReversed()) {
      expect(name).toMatch(/\d+$/);
      await fresh.undoLastMigration();
    }
    const left = await fresh.query<unknown[]>(
      `SELECT tablename FROM pg_tables WHERE schemaname = 'search' AND tablename <> 'migrations'`,
    );
    expect(left).toEqual([]);
    await fresh.runMigrations();
    await fresh.destroy();
    await other.drop();
  });
});

describe('a query over 5,000 packages', () => {
  const repositoryId = newRepository();

  beforeAll(async () => {
    const index = new PostgresSearchIndexRepository(dataSource);
    await index.put(changeOf(repositoryId, { name: 'template' }));
    await dataSource.query(
      `INSERT INTO documents (repository_id, purl, revision, visible, ecosystem, name, full_name, name_key, full_key, version,
                              summary, keywords, words, usernames, published_at, published_by, deprecated, downloads)
       SELECT repository_id, 'pkg:npm/' || given.name, 1, true, 'npm', given.name, given.name, given.name, given.name,
              version, summary, ARRAY['word' || number % 500], given.name || ' word' || number % 500 || ' common', usernames,
              published_at - number * interval '1 minute', published_by, false, number
         FROM documents, generate_series(1, 5000) AS numbers (number),
              LATERAL (SELECT translate(md5(number::text), '0123456789', 'ghijklmnop') AS name) AS given
        WHERE repository_id = $1`,
      [repositoryId],
    );
    await dataSource.query('ANALYZE documents');
  });

  it.each([
    ['part of a name', 'abcdef', ['documents_contains_idx', 'documents_found_by_idx', 'documents_name_key_idx']],
    ['the beginning of a name', 'ab', ['documents_name_key_idx', 'documents_full_key_idx', 'documents_found_by_idx']],
    ['words', 'word17 word17', ['documents_found_by_idx', 'documents_contains_idx']],
  ])('by %s looks only at what may fit', async (_what, text, indexes) => {
    const plan = await planOf(queryOf(repositoryId, text));
    expect(plan).not.toContain('Seq Scan on documents');
    for (const index of indexes) expect(plan).toContain(index);
  });

  it('by keyword looks only at what has it', async () => {
    const plan = await planOf({ ...queryOf(repositoryId, ''), keywords: ['word17'] });
    expect(plan).toContain('documents_keywords_idx');
  });

  async function planOf(query: SearchQuery): Promise<string> {
    const { sql, parameters } = searchStatement(query);
    const rows = await dataSource.query<{ 'QUERY PLAN': string }[]>(`EXPLAIN ${sql}`, [...parameters]);
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  }
});

function queryOf(repositoryId: SearchQuery['repositoryId'], text: string): SearchQuery {
  return { repositoryId, ecosystem: 'npm', text, keywords: [], visible: 'everything', from: 0, size: 20, now };
}
