import { testDatabase } from '@waybill/testing';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dataSourceOptions, provisionSchemas, UnitOfWork } from '../src/index.js';

let database: Awaited<ReturnType<typeof testDatabase>>;
let dataSource: DataSource;

beforeAll(async () => {
  database = await testDatabase();
  const [provisioned] = await provisionSchemas(database.adminUrl, [{ service: 'preparing', password: 'p' }]);
  const definition = { schema: 'preparing', entities: [], migrations: [] };
  // One connection, so that it is known who remembers what.
  dataSource = await new DataSource(dataSourceOptions(definition, provisioned!.url, { max: 1 })).initialize();
  await dataSource.query('CREATE TABLE entry (id integer NOT NULL, note text)');
});

afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});

async function remembered(): Promise<string[]> {
  const rows = await dataSource.query<{ statement: string }[]>('SELECT statement FROM pg_prepared_statements');
  return rows.map((row) => row.statement);
}

describe('a statement that is run again and again', () => {
  it('is remembered by the server, and answers as before', async () => {
    const text = 'SELECT $1::integer + 1 AS next';
    for (let value = 0; value < 10; value += 1)
      expect(await dataSource.query(text, [value])).toEqual([{ next: value + 1 }]);
    expect(await remembered()).toContain(text);
  });

  it('is not, without parameters or when it is rare', async () => {
    for (let time = 0; time < 10; time += 1) await dataSource.query('SELECT 1 AS plain');
    await dataSource.query('SELECT $1::integer AS rare', [1]);
    const statements = (await remembered()).join('\n');
    expect(statements).not.toContain('plain');
    expect(statements).not.toContain('rare');
  });

  it('fails as it did, and can be run again', async () => {
    const text = 'SELECT 1 / $1::integer AS quotient';
    for (let time = 0; time < 6; time += 1) await dataSource.query(text, [1]);
    await expect(dataSource.query(text, [0])).rejects.toThrow('division by zero');
    expect(await dataSource.query(text, [1])).toEqual([{ quotient: 1 }]);
  });

  it('is planned anew after a migration has changed what it results in', async () => {
    const text = 'SELECT * FROM entry WHERE id = $1';
    for (let time = 0; time < 6; time += 1) await dataSource.query(text, [1]);
    await dataSource.query('ALTER TABLE entry ADD COLUMN later text');
    await dataSource.query('INSERT INTO entry (id) VALUES (1)');
    await dataSource.query(text, [1]).catch(() => undefined);
    expect(await dataSource.query(text, [1])).toEqual([{ id: 1, note: null, later: null }]);
  });
});

describe('a unit of work', () => {
  it('reads what is committed, and says so only when it wants something else', async () => {
    const level = (isolation?: 'SERIALIZABLE') =>
      new UnitOfWork(dataSource).run(
        async (manager) => {
          const [row] = await manager.query<{ transaction_isolation: string }[]>('SHOW transaction_isolation');
          return row?.transaction_isolation;
        },
        isolation === undefined ? {} : { isolation },
      );
    expect(await level()).toBe('read committed');
    expect(await level('SERIALIZABLE')).toBe('serializable');
    expect(await level()).toBe('read committed');
  });
});

describe('a text of several statements', () => {
  it('is answered with the rows of the last one', async () => {
    expect(await dataSource.query('SELECT 1 AS first; SELECT 2 AS second')).toEqual([{ second: 2 }]);
  });

  it('begins and ends a transaction', async () => {
    await dataSource.query('START TRANSACTION; INSERT INTO entry (id) VALUES (71)');
    await dataSource.query('INSERT INTO entry (id) VALUES (72); ROLLBACK');
    expect(await dataSource.query('SELECT id FROM entry WHERE id > 70')).toEqual([]);
  });
});
