import { eventually } from '@waybill/testing';
import type { RunningPublish } from './running-publish.js';

const idOf = { repositories: 'repository_id', namespaces: 'namespace_id' };

export interface RowChange {
  readonly table: keyof typeof idOf;
  readonly id: string;
  /** SQL. */
  readonly change: string;
}

/** What becomes of work that begins while somebody else's change of a row is not committed yet, and waits for it. */
export async function changedDuring<Result>(
  publish: Pick<RunningPublish, 'dataSource' | 'query'>,
  { table, id, change }: RowChange,
  work: () => Promise<Result>,
): Promise<Result> {
  const where = `WHERE ${idOf[table]} = $1`;
  const working = await publish.dataSource.transaction(async (manager) => {
    await manager.query(`SELECT 1 FROM ${table} ${where} FOR UPDATE`, [id]);
    await manager.query(`UPDATE ${table} SET ${change} ${where}`, [id]);
    let isDone = false;
    const result = work().finally(() => (isDone = true));
    result.catch(() => undefined);
    await eventually(async () => {
      const waiting = await publish.query(
        `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      if (waiting.length === 0 && !isDone) throw new Error('nobody waits for the change');
    });
    return { result };
  });
  return working.result;
}
