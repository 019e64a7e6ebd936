import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { createBlobStore } from '@waybill/blob-storage';
import type { BlobStore } from '@waybill/blob-storage';
import { readConfig } from '@waybill/config';
import type { Artifact } from '@waybill/contracts';
import { digestOf } from '@waybill/domain';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { config as schema } from '../src/config.js';
import { ScanPool, scanWorkerUrl } from '../src/worker/scan.pool.js';
import { tarballOf } from './tarball.js';

let rootDir: string;
let store: BlobStore;
const pools: ScanPool[] = [];

beforeAll(async () => {
  rootDir = await mkdtemp(join(tmpdir(), 'waybill-scanner-'));
  store = createBlobStore({ driver: 'fs', rootDir });
});

afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.onModuleDestroy();
});

afterAll(async () => {
  await rm(rootDir, { recursive: true, force: true });
});

function poolOf(worker: URL, environment: Record<string, string> = {}): ScanPool {
  const config = readConfig(schema, {
    WAYBILL_NATS_URL: 'nats://localhost',
    WAYBILL_DATABASE_URL: 'postgres://scanner:unused@localhost/waybill',
    WAYBILL_STORE_DIR: rootDir,
    ...environment,
  });
  const pool = new ScanPool(config, { driver: 'fs', rootDir }, worker);
  pools.push(pool);
  return pool;
}

function workerOf(name: string): URL {
  return new URL(`workers/${name}.ts`, import.meta.url);
}

async function artifactOf(filename: string, bytes: Buffer): Promise<Artifact> {
  const { digest, sizeBytes } = await store.put(bytes);
  return { filename, role: 'tarball', mediaType: 'application/octet-stream', sizeBytes, digests: { sha256: digest } };
}

describe('the worker threads of scans (I9)', () => {
  it('find nothing in a clean package', async () => {
    const artifact = await artifactOf('a-1.0.0.tgz', await tarballOf({ 'package.json': '{"name":"a"}' }));
    const result = await poolOf(scanWorkerUrl).scan([artifact]);
    expect(result).toEqual({ completed: true, retryable: false, findings: [], facts: [], leakedTokenHashes: [] });
  });

  it('look at an attestation as one file, and spend one budget for all artifacts of a release', async () => {
    const tarball = await artifactOf('a-1.0.0.tgz', await tarballOf({ 'a.js': '1', 'b.js': '2' }));
    const attestation = await artifactOf('a-1.0.0.attestation.json', Buffer.from('{"key":"\\u0000"}'));
    const pool = poolOf(scanWorkerUrl, { WAYBILL_SCAN_ENTRIES: '3' });
    expect((await pool.scan([tarball, attestation])).findings).toEqual([]);
    const { completed, findings } = await pool.scan([tarball, tarball]);
    expect({ completed, codes: findings.map(({ code, level }) => `${level} ${code}`) }).toEqual({
      completed: true,
      codes: ['refuse archive.entries-exceeded'],
    });
  });

  it('refuse a bomb without unpacking it (P10, I3)', async () => {
    const bomb = await artifactOf('bomb-1.0.0.tgz', gzipSync(Buffer.alloc(128 * 1024 * 1024), { level: 9 }));
    const { completed, findings } = await poolOf(scanWorkerUrl).scan([bomb]);
    expect(completed).toBe(true);
    expect(findings.map(({ level }) => level)).toContain('refuse');
  });

  it('are no verdict when the bytes are missing', async () => {
    const artifact = await artifactOf('a-1.0.0.tgz', Buffer.from('gone'));
    const missing = { ...artifact, digests: { sha256: digestOf('sha256', '0'.repeat(64)) } };
    const result = await poolOf(scanWorkerUrl).scan([missing]);
    expect(result).toMatchObject({ completed: false, findings: [] });
  });

  it('are no verdict when the store has fewer bytes than were published', async () => {
    const artifact = await artifactOf('a-1.0.0.tgz', await tarballOf({ 'package.json': '{}' }));
    const result = await poolOf(scanWorkerUrl).scan([{ ...artifact, sizeBytes: artifact.sizeBytes + 10 }]);
    expect(result).toMatchObject({ completed: false, retryable: true, findings: [] });
  });

  it.each([
    { worker: 'hangs', seconds: '1', failure: /abort|timeout/i },
    { worker: 'dies', seconds: '20', failure: /exit/i },
    { worker: 'needs-memory', seconds: '20', failure: /memory/i },
  ])('are ended when one $worker: not complete, and the next scan has a worker again', async (broken) => {
    const pool = poolOf(workerOf(broken.worker), {
      WAYBILL_SCAN_SECONDS: broken.seconds,
      WAYBILL_SCAN_WORKERS: '1',
      WAYBILL_SCAN_MEMORY_MB: '128',
    });
    for (const attempt of [1, 2]) {
      const result = await pool.scan([]);
      expect(result, `attempt ${attempt}`).toMatchObject({ completed: false, findings: [] });
      expect(result.failure).toMatch(broken.failure);
    }
  });

  it('have no result when the service stops, so that the release is scanned again', async () => {
    const pool = poolOf(workerOf('hangs'), { WAYBILL_SCAN_WORKERS: '1' });
    const [inWork, waiting] = [pool.scan([]), pool.scan([])].map((scan) => scan.catch((error: unknown) => error));
    await pool.onModuleDestroy();
    expect(await Promise.all([inWork, waiting])).toMatchObject([{ code: 'scan.stopped' }, { code: 'scan.stopped' }]);
    await expect(pool.scan([])).rejects.toMatchObject({ code: 'scan.stopped' });
  });

  it('count the time of a scan from its turn, not from its arrival', async () => {
    const pool = poolOf(workerOf('hangs'), { WAYBILL_SCAN_SECONDS: '1', WAYBILL_SCAN_WORKERS: '1' });
    const started = performance.now();
    await Promise.all([pool.scan([]), pool.scan([])]);
    expect(performance.now() - started).toBeGreaterThanOrEqual(6000);
  });
});
