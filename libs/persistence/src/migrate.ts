import type { DataSource } from 'typeorm';
import { MigrationExecutor } from 'typeorm';

const lockWait = '10min';
const migrationTimeout = '1h';

/**
 * Runs what is due, one replica at a time: the others wait, and then find nothing left to do. Errors: those of Postgres,
 * also when another replica is not done after ten minutes.
 */
export async function migrate(dataSource: DataSource): Promise<void> {
  const runner = dataSource.createQueryRunner();
  try {
    await runner.query(`SET statement_timeout = '${lockWait}'`);
    await runner.query(`SET lock_timeout = '${lockWait}'`);
    await runner.query('SELECT pg_advisory_lock(hashtext(current_schema() || $1))', ['.migrations']);
    try {
      // An index of a large table takes longer than an ordinary statement is allowed to.
      await runner.query(`SET statement_timeout = '${migrationTimeout}'`);
      // On the connection that holds the lock: a pool may have no second one.
      const executor = new MigrationExecutor(dataSource, runner);
      executor.transaction = 'each';
      await executor.executePendingMigrations();
    } finally {
      await runner.query('SELECT pg_advisory_unlock(hashtext(current_schema() || $1))', ['.migrations']);
    }
  } finally {
    await runner.query('RESET statement_timeout').catch(() => undefined);
    await runner.query('RESET lock_timeout').catch(() => undefined);
    await runner.release();
  }
}

/** The statements that the entities would still need: none when migrations and entities say the same. */
export async function driftOf(dataSource: DataSource): Promise<string[]> {
  const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
  return upQueries.map((query) => query.query);
}
