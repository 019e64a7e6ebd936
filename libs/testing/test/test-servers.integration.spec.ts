import { connect } from '@nats-io/transport-node';
import { Client } from 'pg';
import { describe, expect, it } from 'vitest';

import type { TestDatabase } from '../src/index.js';
import { startTestNats, testDatabase } from '../src/index.js';

async function ask(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows.map((row) => Object.values(row)[0]);
  } finally {
    await client.end();
  }
}

describe('testDatabase', () => {
  it('gives every caller an empty database of its own', async () => {
    const [one, other] = await Promise.all([testDatabase(), testDatabase()]);
    await ask(one.url, 'CREATE TABLE here (id int)');
    await expect(ask(other.url, 'SELECT * FROM here')).rejects.toThrow('does not exist');
    await Promise.all([one.drop(), other.drop()]);
    await expect(ask(one.url, 'SELECT 1')).rejects.toThrow('does not exist');
  });

  it('gives a role that owns its schema and nothing else', async () => {
    const database: TestDatabase = await testDatabase({ schema: 'auth' });
    await ask(database.adminUrl, 'CREATE TABLE public.foreign_table (id int)');
    await ask(database.url, 'CREATE TABLE own_table (id int)');
    expect(await ask(database.adminUrl, `SELECT schemaname FROM pg_tables WHERE tablename = 'own_table'`)).toEqual([
      'auth',
    ]);
    await expect(ask(database.url, 'SELECT * FROM public.foreign_table')).rejects.toThrow('permission denied');
    await database.drop();
  });
});

describe('startTestNats', () => {
  it('lets everybody in, or only the users that are named', async () => {
    const open = await startTestNats();
    const closed = await startTestNats({ users: [{ user: 'auth', password: 'a-password' }] });
    await (await connect({ servers: open.url })).close();
    await (await connect({ servers: closed.url, user: 'auth', pass: 'a-password' })).close();
    await expect(connect({ servers: closed.url, reconnect: false })).rejects.toThrow(/authorization/i);
    await Promise.all([open.stop(), closed.stop()]);
  });
});
