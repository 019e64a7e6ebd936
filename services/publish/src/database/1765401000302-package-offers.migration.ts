import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Packages are offered to other organizations, as repositories and namespaces are. */
export class PackageOffers1765401000302 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(kindsAre(`'repository'::text, 'namespace'::text, 'package'::text`));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DELETE FROM transfers WHERE kind = 'package'`);
    await runner.query(kindsAre(`'repository'::text, 'namespace'::text`));
  }
}

function kindsAre(kinds: string): string {
  return `ALTER TABLE transfers DROP CONSTRAINT transfers_kind_known,
            ADD CONSTRAINT transfers_kind_known CHECK (kind = ANY (ARRAY[${kinds}]))`;
}
