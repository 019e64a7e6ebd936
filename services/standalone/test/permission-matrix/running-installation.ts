import { createLogger } from '@waybill/observability';
import { openDataDirectory } from '@waybill/embedded-servers';
import { freePort, tempDir } from '@waybill/testing';
import { Client } from 'pg';
import { vi } from 'vitest';
import { config } from '../../src/config.js';
import { ensureFirstAdmin } from '../../src/first-admin.js';
import { openInstallation } from '../../src/installation.js';
import { runInProcess } from '../../src/run-in-process.js';

export interface RunningInstallation {
  readonly url: string;
  readonly admin: { readonly username: string; readonly token: string };
  /** Asks the database of one service, as that service. */
  readonly query: (service: string, sql: string, parameters: unknown[]) => Promise<void>;
  stop(): Promise<void>;
}

/** Everything that `npm start` starts, in this process and from the sources, without limits on how often one asks. */
export async function startInstallation(): Promise<RunningInstallation> {
  const unlimited = ['ANONYMOUS_READS', 'ANONYMOUS_WRITES', 'READS', 'WRITES', 'SIGN_INS', 'SIGN_INS_PER_ACCOUNT'];
  for (const limit of [...unlimited, 'BAD_CREDENTIALS']) vi.stubEnv(`WAYBILL_RATE_${limit}`, '0');
  vi.stubEnv('WAYBILL_PASSWORD_COST', '4');
  const folder = await tempDir('permission-matrix');
  const directory = await openDataDirectory(folder.path);
  const settings = config.parse({ WAYBILL_PORT: await freePort(), WAYBILL_LOG_LEVEL: 'fatal' });
  const log = createLogger({ service: 'standalone', level: 'fatal' });
  const installation = await openInstallation(directory, settings, log);
  const running = await runInProcess(installation);
  const { username, token = '' } = await ensureFirstAdmin(installation);
  return {
    url: installation.externalUrl,
    admin: { username, token },
    query: async (service, sql, parameters) => {
      const client = new Client({ connectionString: installation.environmentOf(service)['WAYBILL_DATABASE_URL'] });
      await client.connect();
      try {
        await client.query(sql, parameters);
      } finally {
        await client.end();
      }
    },
    stop: async () => {
      await running.stop();
      await installation.stop();
      await directory.close();
      await folder.dispose();
      vi.unstubAllEnvs();
    },
  };
}
