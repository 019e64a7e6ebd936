import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { audience, ExchangeGround, githubRule, leftPad } from '../../test/exchange-ground.js';

let ground: ExchangeGround;

beforeAll(async () => {
  ground = await ExchangeGround.start();
});

afterAll(() => ground.stop());

/** The SQL of it, without that of what runs besides. */
async function statementsOf(work: () => Promise<unknown>): Promise<string[]> {
  const statements: string[] = [];
  const { logger } = ground.auth.get(DataSource, { strict: false });
  const logQuery = logger.logQuery.bind(logger);
  logger.logQuery = (sql) => {
    if (!/pg_try_advisory_xact_lock|sent_at/.test(sql)) statements.push(sql);
  };
  try {
    await work();
  } finally {
    logger.logQuery = logQuery;
  }
  return statements;
}

describe('an exchange', () => {
  it('asks the database eight times, with its transaction', async () => {
    const github = await ground.issuer('github-actions');
    const main = await ground.repository('main');
    await ground.publisher(githubRule(github), { in: main, package: leftPad });
    for (let time = 0; time < 2; time += 1) await ground.exchange(await github.token({ aud: audience }));
    const idToken = await github.token({ aud: audience });
    const statements = await statementsOf(() => ground.exchange(idToken));
    expect(statements.length).toBeLessThanOrEqual(8);
  });
});
