import type { EntityManager, EntityTarget, ObjectLiteral } from 'typeorm';
import type { StatementPart } from './joined-statement.js';

/** A row as `row_to_json` writes it: its columns by their names in the database. */
export type EntityRow = Readonly<Record<string, unknown>>;

/**
 * Inserts entities as a part of a larger statement, if its part `source` has one row. They travel as one JSON text, so
 * that the statement is the same for any number of them; a column of type `json` keeps the order of its keys, and text that
 * `jsonb` refuses is refused in all of them. `conflict`: the `ON CONFLICT` clause.
 */
export function insertPart<Entity extends ObjectLiteral>(
  manager: EntityManager,
  target: EntityTarget<Entity>,
  entities: readonly Entity[],
  { source, conflict = '' }: { readonly source: string; readonly conflict?: string },
): StatementPart {
  const { columns, tablePath } = manager.dataSource.getMetadata(target);
  const names = columns.map(({ databaseName }) => `"${databaseName}"`);
  const rows = entities.map((entity) =>
    Object.fromEntries(
      columns.map((column): [string, unknown] => [column.databaseName, column.getEntityValue(entity, true)]),
    ),
  );
  return {
    text: `INSERT INTO ${tablePath} (${names.join(', ')})
           SELECT ${names.map((name) => `new_rows.${name}`).join(', ')}
           FROM ${source}, json_populate_recordset(NULL::${tablePath}, $1::json) AS new_rows ${conflict}`,
    values: [JSON.stringify(rows)],
  };
}

/** The entity in such a row. */
export function entityIn<Entity extends ObjectLiteral>(
  manager: EntityManager,
  target: EntityTarget<Entity>,
  row: EntityRow,
): Entity {
  const { driver } = manager.dataSource;
  const entity = manager.create(target);
  for (const column of manager.dataSource.getMetadata(target).columns) {
    column.setEntityValue(entity, driver.prepareHydratedValue(row[column.databaseName], column));
  }
  return entity;
}
