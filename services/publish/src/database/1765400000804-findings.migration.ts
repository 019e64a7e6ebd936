import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Findings are kept by themselves: those of a release that was approved were forgotten with its reasons. */
export class Findings1765400000804 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of down) await runner.query(statement);
  }
}

const up = [
  `DROP TABLE finding_triages`,
  `CREATE TABLE findings (
     finding_id uuid NOT NULL,
     release_id uuid NOT NULL,
     fingerprint text NOT NULL,
     rule text NOT NULL,
     code text NOT NULL,
     level text NOT NULL,
     message text NOT NULL,
     path text,
     line integer,
     found_at timestamptz NOT NULL,
     state text NOT NULL,
     note text,
     judged_by text,
     judged_at timestamptz,
     version integer NOT NULL,
     CONSTRAINT findings_pkey PRIMARY KEY (finding_id),
     CONSTRAINT findings_release_key UNIQUE (release_id, fingerprint),
     CONSTRAINT findings_release_fkey FOREIGN KEY (release_id) REFERENCES releases,
     CONSTRAINT findings_level_known CHECK (level IN ('refuse', 'hold', 'flag')),
     CONSTRAINT findings_state_known CHECK (state IN ('open', 'accepted', 'false-positive', 'fixed')))`,
  `CREATE INDEX findings_found_idx ON findings (found_at, finding_id)`,
  `INSERT INTO findings (finding_id, release_id, fingerprint, rule, code, level, message, path, line, found_at, state, version)
   SELECT DISTINCT ON (release_id, md5(reason::text)) gen_random_uuid(), release_id, md5(reason::text), reason ->> 'rule',
          reason ->> 'code', reason ->> 'level', reason ->> 'message', reason ->> 'path', (reason ->> 'line')::integer,
          coalesce(settled_at, submitted_at), 'open', 1
     FROM releases, jsonb_array_elements(reasons) AS reason
    WHERE reason ->> 'level' IN ('refuse', 'hold', 'flag')`,
];

const down = [
  `DROP TABLE findings`,
  `CREATE TABLE finding_triages (
     release_id uuid NOT NULL,
     fingerprint text NOT NULL,
     state text NOT NULL,
     note text,
     changed_by text NOT NULL,
     changed_at timestamptz NOT NULL,
     version integer NOT NULL,
     CONSTRAINT finding_triages_pkey PRIMARY KEY (release_id, fingerprint),
     CONSTRAINT finding_triages_release_fkey FOREIGN KEY (release_id) REFERENCES releases,
     CONSTRAINT finding_triages_state_known CHECK (state IN ('open', 'accepted', 'false-positive', 'fixed')))`,
];
