import type { EntityManager } from 'typeorm';

/** A statement that can be a part of a larger one: its parameters count from `$1`. */
export interface StatementPart {
  readonly text: string;
  readonly values: readonly unknown[];
}

/**
 * Runs several statements as one: `WITH name AS (part), … select`. It happens as a whole or not at all, also outside of a
 * transaction, and is one question to the database. All parts see the rows as they were before it; a part sees of an
 * earlier one what that one returns, by its name. So parts that select `FROM` a first one do nothing where it does nothing.
 */
export function runJoined<Row>(
  manager: EntityManager,
  parts: Readonly<Record<string, StatementPart>>,
  select: string,
): Promise<Row[]> {
  const values: unknown[] = [];
  const texts = Object.entries(parts).map(([name, part]) => {
    const before = values.length;
    values.push(...part.values);
    return `"${name}" AS (${part.text.replaceAll(/\$(\d+)/g, (_, number: string) => `$${Number(number) + before}`)})`;
  });
  return manager.query(`WITH ${texts.join(', ')} ${select}`, values);
}
