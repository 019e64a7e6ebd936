import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { freePort } from '@waybill/embedded-servers';
import { execa } from 'execa';

import { goTool, whyGoToolIsMissing } from './go-tools.js';
import type { GoTool } from './go-tools.js';
import { waitUntilLive } from './wait-until-live.js';

const minio: GoTool = {
  name: 'minio',
  package: 'github.com/minio/minio',
  version: 'v0.0.0-20260212201848-7aac2a2c5b7c',
};

export interface RunningMinio {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string;
  readonly port: number;
  readonly accessKey: string;
  readonly secretKey: string;
  /** Ends the process and removes its data. */
  stop(): Promise<void>;
}

/** One sentence why there can be no MinIO here, or undefined. In CI (`CI` is set) that is an error instead. */
export async function whyMinioIsMissing(): Promise<string | undefined> {
  const reason = await whyGoToolIsMissing(minio);
  if (reason !== undefined && process.env['CI'] !== undefined) throw new Error(reason);
  return reason;
}

/** A real MinIO server with an empty data directory and keys of its own; the first call ever builds it (minutes). */
export async function startMinio(): Promise<RunningMinio> {
  const program = await goTool(minio);
  const dataDir = await mkdtemp(join(tmpdir(), 'waybill-minio-'));
  const accessKey = `wb${randomBytes(9).toString('hex')}`;
  const secretKey = randomBytes(20).toString('hex');
  const port = await freePort();
  const server = execa(
    program,
    ['server', '--quiet', '--address', `127.0.0.1:${port}`, '--console-address', '127.0.0.1:0', dataDir],
    {
      env: { MINIO_ROOT_USER: accessKey, MINIO_ROOT_PASSWORD: secretKey, MINIO_BROWSER: 'off', MINIO_UPDATE: 'off' },
      reject: false,
      all: true,
      maxBuffer: 1024 * 1024,
      forceKillAfterDelay: 5_000,
    },
  );
  async function stop(): Promise<void> {
    server.kill();
    await server;
    await rm(dataDir, { recursive: true, force: true });
  }
  const endpoint = `http://127.0.0.1:${port}`;
  try {
    await waitUntilLive({
      name: 'MinIO',
      healthUrl: `${endpoint}/minio/health/live`,
      ended: server.then((result) => result.all),
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return { endpoint, port, accessKey, secretKey, stop };
}
