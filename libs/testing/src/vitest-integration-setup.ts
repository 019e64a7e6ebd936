import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { resolveNatsServer, startPostgres } from '@waybill/embedded-servers';
import type { TestProject } from 'vitest/node';

import type { ProvidedServers } from './provided-servers.js';

/**
 * What a run of the integration tests has in common: one PostgreSQL, in which each spec makes databases of its own, and
 * the nats-server that each spec starts for itself.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), 'waybill-integration-'));
  try {
    const log = (line: string): void => {
      if (/FATAL|PANIC|Fetching/.test(line)) console.log(line);
    };
    const [postgres, natsServer] = await Promise.all([
      // Nothing of a test has to survive the machine.
      startPostgres({
        dataDir: directory,
        log,
        settings: {
          fsync: 'off',
          synchronous_commit: 'off',
          full_page_writes: 'off',
          log_min_error_statement: 'panic',
        },
      }),
      resolveNatsServer({ log }),
    ]);
    const servers: ProvidedServers = { postgresAdminUrl: postgres.adminUrl, natsServer };
    project.provide('waybillServers', servers);
    return async () => {
      await postgres.stop();
      await rm(directory, { recursive: true, force: true });
    };
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
}
