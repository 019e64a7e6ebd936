import pg from 'pg';
import { StatementNames } from './statement-names.js';

// "cached plan must not change result type" is a feature that is not supported.
const changedResult = '0A000';

const names = new StatementNames();

/**
 * A client of PostgreSQL that has the server remember the statements that it runs again and again: parsing and planning
 * them each time is a third of what a publish costs there. Only texts with parameters, and a bounded number of them.
 * A text of several statements, which has no parameters, is answered with the result of the last one.
 */
export class PreparingClient extends pg.Client {
  override query(config: unknown, values?: unknown, ...rest: unknown[]): never {
    const run = super.query.bind(this) as (...args: readonly unknown[]) => unknown;
    const name = typeof config === 'string' && isParameters(values) ? names.nameOf(config) : undefined;
    if (name === undefined) {
      const running = run(config, values, ...rest);
      return (typeof config === 'string' && config.includes(';') ? lastOf(running) : running) as never;
    }
    const text = config as string;
    const running = run({ name, text, values }, ...rest);
    if (running instanceof Promise) {
      running.catch((error: unknown) => {
        // A migration has changed a table: from now on it is planned anew each time.
        if (error instanceof pg.DatabaseError && error.code === changedResult) names.refuse(text);
      });
    }
    return running as never;
  }
}

function lastOf(running: unknown): unknown {
  if (!(running instanceof Promise)) return running;
  return running.then((results: unknown): unknown => (Array.isArray(results) ? results.at(-1) : results));
}

function isParameters(values: unknown): boolean {
  return Array.isArray(values) && values.length > 0;
}
