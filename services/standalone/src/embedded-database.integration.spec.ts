import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { keepRunning, startPostgres } from '@waybill/embedded-servers';
import { provisionSchemas, unavailableDatabase } from '@waybill/persistence';
import { eventually, tempDir } from '@waybill/testing';
import { Pool } from 'pg';
import { afterEach, describe, expect, it } from 'vitest';

interface Answer {
  readonly address: string | null;
  readonly role: string;
  readonly started: Date;
}

const question = `
  SELECT inet_server_addr() AS address, current_user::text AS role, pg_postmaster_start_time() AS started`;
const undo: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

describe('a service beside its embedded PostgreSQL', () => {
  it('talks to it through its socket, hears that it is away when it dies, and goes on when it is back', async () => {
    const directory = await tempDir('standalone');
    undo.push(() => directory.dispose());
    const log = () => undefined;
    const start = (port: number | undefined) =>
      startPostgres({ dataDir: directory.path, log, ...(port === undefined ? {} : { port }) });
    const postgres = await keepRunning(start, { name: 'PostgreSQL', log });
    undo.push(() => postgres.stop());
    const [provisioned] = await provisionSchemas(postgres.adminUrl, [{ service: 'search', password: 'a/b?c' }]);
    const pool = new Pool({ connectionString: provisioned?.url ?? '', max: 2 });
    pool.on('error', () => undefined);
    undo.push(() => pool.end());
    const ask = async () => (await pool.query<Answer>(question)).rows[0];
    const before = await ask();
    expect(before).toMatchObject({ address: null, role: 'search' });

    const pidFile = join(directory.path, 'postgres', 'postmaster.pid');
    process.kill(Number((await readFile(pidFile, 'utf8')).split('\n')[0]), 'SIGKILL');
    const others: unknown[] = [];
    await eventually(async () => {
      const answer = await ask().catch((error: unknown) => {
        if (unavailableDatabase(error) === undefined) others.push(error);
        throw error;
      });
      expect(answer).toMatchObject({ address: null, role: 'search' });
      // Its processes outlive it for a moment.
      expect(answer?.started).not.toEqual(before?.started);
    });
    expect(others).toEqual([]);
  });
});
