import type { DataSourceOptions } from 'typeorm';
import { PreparingClient } from './preparing-client.js';

/** The tables of one service: all in one schema, which has the name of its Postgres role. */
export interface DatabaseDefinition {
  readonly schema: string;
  // eslint-disable-next-line @typescript-eslint/no-unsafe-function-type -- the type that TypeORM declares for classes
  readonly entities: readonly Function[];
  // eslint-disable-next-line @typescript-eslint/no-unsafe-function-type -- as above
  readonly migrations: readonly Function[];
}

const statementTimeoutMilliseconds = 30_000;
const lockTimeoutMilliseconds = 10_000;
const idleInTransactionMilliseconds = 60_000;

/** Options of the one DataSource of a service: its schema only, bounded pool, bounded statements, never `synchronize`. */
export function dataSourceOptions(
  definition: DatabaseDefinition,
  url: string,
  pool: { readonly max?: number; readonly applicationName?: string } = {},
): DataSourceOptions {
  return {
    type: 'postgres',
    url,
    schema: definition.schema,
    entities: [...definition.entities],
    migrations: [...definition.migrations],
    migrationsTableName: 'migrations',
    migrationsTransactionMode: 'each',
    synchronize: false,
    installExtensions: false,
    applicationName: pool.applicationName ?? definition.schema,
    poolSize: pool.max ?? 10,
    extra: {
      Client: PreparingClient,
      connectionTimeoutMillis: 5000,
      idleTimeoutMillis: 30_000,
      statement_timeout: statementTimeoutMilliseconds,
      lock_timeout: lockTimeoutMilliseconds,
      idle_in_transaction_session_timeout: idleInTransactionMilliseconds,
      options: `-c search_path=${definition.schema} -c default_transaction_isolation=read\\ committed`,
    },
  };
}
