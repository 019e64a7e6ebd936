import { schemaOf } from '@waybill/persistence';
import { DataSource } from 'typeorm';
import type { ServiceDefinition } from './service-definition.js';

const schema = 'extensions';
const statementTimeoutMilliseconds = 60_000;

/**
 * Makes the extensions of PostgreSQL that services need, in a schema that they share, after `provisionSchemas` has made
 * their roles. One that is there already stays where it is. Idempotent. `adminUrl` is that of an administrator.
 */
export async function provisionExtensions(
  adminUrl: string,
  services: readonly Pick<ServiceDefinition, 'name' | 'databaseExtensions'>[],
): Promise<void> {
  const needed = services.flatMap(({ name, databaseExtensions = [] }) =>
    databaseExtensions.map((extension) => ({ role: schemaOf(name), extension })),
  );
  if (needed.length === 0) return;
  const extra = { connectionTimeoutMillis: 10_000, statement_timeout: statementTimeoutMilliseconds };
  const dataSource = await new DataSource({
    type: 'postgres',
    url: adminUrl,
    installExtensions: false,
    extra,
  }).initialize();
  try {
    await dataSource.transaction(async (manager) => {
      await manager.query('SELECT pg_advisory_xact_lock(hashtext($1))', ['waybill.provision']);
      await manager.query(`CREATE SCHEMA IF NOT EXISTS ${schema}`);
      for (const { role, extension } of needed) {
        await manager.query(`CREATE EXTENSION IF NOT EXISTS "${extension}" SCHEMA ${schema}`);
        const [place] = await manager.query<{ name: string }[]>(
          `SELECT quote_ident(nspname) AS name FROM pg_extension
             JOIN pg_namespace ON pg_namespace.oid = extnamespace WHERE extname = $1`,
          [extension],
        );
        await manager.query(`GRANT USAGE ON SCHEMA ${place?.name ?? schema} TO "${role}"`);
      }
    });
  } finally {
    await dataSource.destroy();
  }
}
