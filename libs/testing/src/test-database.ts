import { randomBytes } from 'node:crypto';

import { Client } from 'pg';

import { providedServers } from './provided-servers.js';

export interface TestDatabaseOptions {
  /** Makes this schema and a role that owns it and may do nothing else, as a service has it. */
  readonly schema?: string;
}

export interface TestDatabase {
  readonly name: string;
  /** The superuser's URL of this database. */
  readonly adminUrl: string;
  /** With `schema`: the URL of its role, whose search path it is. Without: the same as `adminUrl`. */
  readonly url: string;
  /** Ends all connections and removes database and role. */
  drop(): Promise<void>;
}

const schemaName = /^[a-z_][a-z0-9_]*$/;

/** A database of its own for one spec file, in the PostgreSQL of the run (project `integration`). */
export async function testDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const { postgresAdminUrl } = await providedServers();
  const name = `test_${randomBytes(8).toString('hex')}`;
  const adminUrl = withDatabase(postgresAdminUrl, name);
  await query(postgresAdminUrl, `CREATE DATABASE ${name}`);
  const url = options.schema === undefined ? adminUrl : await makeSchema(adminUrl, name, options.schema);

  async function drop(): Promise<void> {
    await query(postgresAdminUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await query(postgresAdminUrl, `DROP ROLE IF EXISTS ${name}`);
  }
  return { name, adminUrl, url, drop };
}

/** Roles belong to the whole server, so that the role is named after the database, not after the schema. */
async function makeSchema(adminUrl: string, role: string, schema: string): Promise<string> {
  if (!schemaName.test(schema)) throw new Error(`"${schema}" is no name for a schema.`);
  const password = randomBytes(16).toString('hex');
  await query(
    adminUrl,
    `CREATE ROLE ${role} LOGIN PASSWORD '${password}'`,
    `CREATE SCHEMA "${schema}" AUTHORIZATION ${role}`,
    `ALTER ROLE ${role} SET search_path = "${schema}"`,
  );
  const url = new URL(adminUrl);
  url.username = role;
  url.password = password;
  return url.href;
}

async function query(url: string, ...statements: string[]): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

function withDatabase(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}
