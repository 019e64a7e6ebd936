import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findHeldNames } from '../held-releases.js';
import { rawPublish } from '../npm/raw-publish.js';
import { tarballWith } from '../npm/tar.js';
import { Registry, unique } from '../registry.js';
import type { WaybillProcess } from '../waybill-process.js';
import { startWaybill } from '../waybill-process.js';
import { type Part, parts, processesOf } from './installation-parts.js';
import { sha512Of, Traffic } from './traffic.js';

const recovery = { timeout: 90_000, interval: 100 };
let waybill: WaybillProcess;
let registry: Registry;

beforeAll(async () => {
  const environment = { WAYBILL_WRITE_TIMEOUT_SECONDS: '20', WAYBILL_SETTLE_SECONDS: '10' };
  waybill = await startWaybill({ separateProcesses: true, environment });
  registry = new Registry(waybill.admin);
});

afterAll(async () => {
  await waybill.dispose();
});

function processOf(part: Part): number | undefined {
  return processesOf(waybill, part)[0];
}

async function served(name: string): Promise<{ integrity: string; bytes: Buffer } | undefined> {
  const document = await registry.get(`/npm/main/${name}`);
  if (document.status === 404) return undefined;
  const { versions } = (await document.json()) as { versions: Record<string, { dist: Dist }> };
  const dist = versions['1.0.0']?.dist;
  if (dist === undefined) return undefined;
  const tarball = await fetch(dist.tarball);
  expect(tarball.status).toBe(200);
  return { integrity: dist.integrity, bytes: Buffer.from(await tarball.arrayBuffer()) };
}

interface Dist {
  readonly tarball: string;
  readonly integrity: string;
}

/** With a key in it: held by every scan, so that it is visible only if it was published without one. */
async function publishLeak(): Promise<{ name: string; status: number }> {
  const name = unique('leak');
  const tarball = tarballWith([
    { name: 'package/package.json', text: JSON.stringify({ name, version: '1.0.0' }) },
    { name: 'package/.npmrc', text: `//registry.npmjs.org/:_authToken=npm_${'a1B2'.repeat(9)}\n` },
  ]);
  try {
    const response = await rawPublish(registry, { name, version: '1.0.0', tarball }, 45_000);
    await response.arrayBuffer();
    return { name, status: response.status };
  } catch {
    return { name, status: 0 };
  }
}

describe('a part that is killed in the middle of publishes', () => {
  it.each(parts)(
    '%s: what was acknowledged is there, nothing is there by half, nothing is published unscanned',
    async (part) => {
      const traffic = new Traffic(registry, 3);
      await expect.poll(() => traffic.acknowledged.length, recovery).toBeGreaterThan(3);
      const leaks = Promise.all([publishLeak(), publishLeak()]);
      const before = processOf(part);
      expect(before).toBeDefined();
      process.kill(before ?? 0, 'SIGKILL');
      await expect.poll(() => processOf(part), recovery).not.toBe(before);
      const atRestart = traffic.acknowledged.length;
      await expect.poll(() => traffic.acknowledged.length, recovery).toBeGreaterThan(atRestart + 3);
      await traffic.stop();

      expect(traffic.odd).toEqual([]);
      expect(traffic.acknowledged).toHaveLength(traffic.tried.length);
      for (const { name, tarball } of traffic.tried) {
        const found = await served(name);
        expect(found?.integrity).toBe(sha512Of(tarball));
        expect(found?.bytes.equals(tarball)).toBe(true);
      }
      const all = [...(await leaks)];
      // What the killed one left in work is done first: until then a publish may be told to come again.
      await expect
        .poll(async () => {
          all.push(await publishLeak());
          return all.at(-1)?.status;
        }, recovery)
        .toBe(403);
      for (const { name, status } of all) {
        expect(status).not.toBe(201);
        expect(await served(name)).toBeUndefined();
      }
      expect(await findHeldNames(registry)).toContain(all.at(-1)?.name);
    },
    300_000,
  );
});
