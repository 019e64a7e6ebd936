import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The migration that makes the table, for the list of migrations of a service. */
export function IdempotencyKeysMigration(schema: string): new () => MigrationInterface {
  return class {
    readonly name = 'IdempotencyKeys1765400000301';

    async up(runner: QueryRunner): Promise<void> {
      await runner.query(`
        CREATE TABLE "${schema}".idempotency_keys (
          key_id bytea NOT NULL,
          request_mac bytea NOT NULL,
          claim uuid NOT NULL,
          claimed_until timestamptz NOT NULL,
          applied boolean NOT NULL,
          sealed_answer bytea,
          expires_at timestamptz NOT NULL,
          CONSTRAINT idempotency_keys_pk PRIMARY KEY (key_id)
        )`);
      await runner.query(`CREATE INDEX idempotency_keys_by_expiry ON "${schema}".idempotency_keys (expires_at)`);
    }

    async down(runner: QueryRunner): Promise<void> {
      await runner.query(`DROP TABLE "${schema}".idempotency_keys`);
    }
  };
}
