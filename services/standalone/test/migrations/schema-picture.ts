import type { DataSource } from 'typeorm';

/** All that a migration can make in a schema, as PostgreSQL describes it; a line each, `$1` is the schema. */
const parts = `
  SELECT format('column %s.%s %s %s %s %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
           CASE WHEN a.attnotnull THEN 'not null' END, pg_get_expr(d.adbin, d.adrelid), a.attidentity) AS part
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    WHERE c.relnamespace = $1::text::regnamespace AND c.relkind IN ('r', 'v', 'm') AND a.attnum > 0 AND NOT a.attisdropped AND c.relname <> 'migrations'
  UNION ALL
  SELECT format('constraint %s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
    FROM pg_constraint WHERE connamespace = $1::text::regnamespace AND contype <> 'n' AND conrelid IS DISTINCT FROM to_regclass('migrations')
  UNION ALL
  SELECT indexdef FROM pg_indexes WHERE schemaname = $1::text AND tablename <> 'migrations'
  UNION ALL
  SELECT format('%s enabled %s', pg_get_triggerdef(t.oid), t.tgenabled)
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE c.relnamespace = $1::text::regnamespace AND NOT t.tgisinternal
  UNION ALL
  SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = $1::text::regnamespace AND prokind IN ('f', 'p')
  UNION ALL
  SELECT format('view %s %s', viewname, definition) FROM pg_views WHERE schemaname = $1::text
  UNION ALL
  SELECT format('%s %s', relkind, relname) FROM pg_class
    WHERE relnamespace = $1::text::regnamespace AND relkind IN ('S', 'm') AND relname <> 'migrations_id_seq'
  UNION ALL
  SELECT format('type %s %s', typname, typtype) FROM pg_type WHERE typnamespace = $1::text::regnamespace AND typtype IN ('e', 'd')`;

/** What is in a schema, to compare with what is in it at another time: the same parts are the same lines in the same order. */
export async function pictureOf(dataSource: DataSource, schema: string): Promise<string[]> {
  const rows = await dataSource.query<{ part: string }[]>(parts, [schema]);
  return rows.map(({ part }) => part).sort();
}
