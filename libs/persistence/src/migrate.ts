import type { DataSource } from 'typeorm';

/** Runs what is due, one replica at a time: the others wait, and then find nothing left to do. */
export async function migrate(dataSource: DataSource): Promise<void> {
  const runner = dataSource.createQueryRunner();
  try {
    // Waiting for another replica's migration may take longer than an ordinary statement is allowed to.
    await runner.query('SET statement_timeout = 0');
    await runner.query('SET lock_timeout = 0');
    await runner.query('SELECT pg_advisory_lock(hashtext(current_schema() || $1))', ['.migrations']);
    try {
      await dataSource.runMigrations();
    } finally {
      await runner.query('SELECT pg_advisory_unlock(hashtext(current_schema() || $1))', ['.migrations']);
      await runner.query('RESET statement_timeout');
      await runner.query('RESET lock_timeout');
    }
  } finally {
    await runner.release();
  }
}

/** The statements that the entities would still need: none when migrations and entities say the same. */
export async function driftOf(dataSource: DataSource): Promise<string[]> {
  const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
  return upQueries.map((query) => query.query);
}
