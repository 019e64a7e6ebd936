import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { execa } from 'execa';

import { goTool, whyGoToolIsMissing } from './go-tools.js';
import type { GoTool } from './go-tools.js';

const minio: GoTool = {
  name: 'minio',
  package: 'github.com/minio/minio',
  version: 'v0.0.0-20260212201848-7aac2a2c5b7c',
};

const readyWithinMs = 60_000;

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
    await waitUntilLive(
      endpoint,
      server.then((result) => result.all),
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return { endpoint, port, accessKey, secretKey, stop };
}

/** `ended` resolves with the output of a server that gave up. */
async function waitUntilLive(endpoint: string, ended: Promise<string>): Promise<void> {
  const deadline = Date.now() + readyWithinMs;
  let output: string | undefined;
  void ended.then((text) => (output = text));
  while (Date.now() < deadline) {
    if (output !== undefined) throw new Error(`MinIO ended at start: ${output}`);
    const live = await fetch(`${endpoint}/minio/health/live`, { signal: AbortSignal.timeout(2_000) }).then(
      (response) => response.ok,
      () => false,
    );
    if (live) return;
    await delay(50);
  }
  throw new Error(`MinIO was not ready within ${readyWithinMs / 1000} s.`);
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', reject).listen(0, '127.0.0.1', () => resolve());
  });
  const address = probe.address();
  await new Promise<void>((resolve) => probe.close(() => resolve()));
  if (address === null || typeof address === 'string') throw new Error('No free port was found.');
  return address.port;
}
