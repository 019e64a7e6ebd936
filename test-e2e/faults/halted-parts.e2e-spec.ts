import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mustPublish, rawPublish } from '../npm/raw-publish.js';
import { tarballWith } from '../npm/tar.js';
import { Registry, unique } from '../registry.js';
import type { WaybillProcess } from '../waybill-process.js';
import { startWaybill } from '../waybill-process.js';
import type { Part } from './installation-parts.js';
import { halt } from './installation-parts.js';

let waybill: WaybillProcess;
let registry: Registry;
let name: string;
let privateRepository: string;

beforeAll(async () => {
  // A client waits for a halted part until the gateway gives it up; that is tested here, not how long it is by default.
  const environment = { WAYBILL_WRITE_TIMEOUT_SECONDS: '12', WAYBILL_SETTLE_SECONDS: '6' };
  waybill = await startWaybill({ separateProcesses: true, environment });
  registry = new Registry(waybill.admin);
  name = unique('kept');
  privateRepository = await registry.createRepository('private');
  await mustPublish(registry, { name, version: '1.0.0', tarball: tarballOf(name) });
  await mustPublish(registry, { repository: privateRepository, name, version: '1.0.0', tarball: tarballOf(name) });
});

afterAll(async () => {
  await waybill.dispose();
});

function tarballOf(packageName: string): Buffer {
  return tarballWith([{ name: 'package/package.json', text: JSON.stringify({ name: packageName, version: '1.0.0' }) }]);
}

/** Status of the packument and of the tarball that it names, as a client asks for them. */
async function read(repository: string, token?: string): Promise<number[]> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const document = await registry.get(`/npm/${repository}/${name}`, headers);
  const tarball = await registry.get(`/npm/${repository}/${name}/-/${name}-1.0.0.tgz`, headers);
  await Promise.all([document.arrayBuffer(), tarball.arrayBuffer()]);
  return [document.status, tarball.status];
}

describe('while a part is halted', () => {
  it.each<Part>(['publish', 'scanner', 'search', 'auth', 'adapter-npm', 'PostgreSQL', 'nats-server'])(
    '%s: what was read before is read on, a publish is told to come back, and then goes on',
    async (part) => {
      expect(await read('main')).toEqual([200, 200]);
      expect(await read(privateRepository, registry.token)).toEqual([200, 200]);
      const goOn = halt(waybill, part);
      try {
        for (let round = 0; round < 3; round += 1) {
          expect(await read('main')).toEqual([200, 200]);
          expect(await read(privateRepository, registry.token)).toEqual([200, 200]);
        }
        if (part === 'search' || part === 'auth') return;
        const fresh = unique('waits');
        const response = await rawPublish(registry, { name: fresh, version: '1.0.0', tarball: tarballOf(fresh) });
        const answer = (await response.json()) as { error?: string };
        expect(response.status).toBe(503);
        expect(answer.error).toEqual(expect.any(String));
        expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
      } finally {
        goOn();
      }
      const after = unique('after');
      await expect
        .poll(
          async () => {
            const response = await rawPublish(registry, { name: after, version: '1.0.0', tarball: tarballOf(after) });
            await response.arrayBuffer();
            return response.status;
          },
          { timeout: 60_000 },
        )
        .toBe(201);
    },
    200_000,
  );
});

describe('while a part is halted, whose answers nothing can stand for', () => {
  it('auth: nobody new is let in, and no private package is shown to anybody unknown', async () => {
    const stranger = await registry.createStranger();
    const goOn = halt(waybill, 'auth');
    try {
      const headers = { authorization: `Bearer ${stranger.token}` };
      const response = await registry.get(`/npm/${privateRepository}/${name}`, headers);
      expect([404, 503]).toContain(response.status);
      await response.arrayBuffer();
      expect(await read(privateRepository)).toEqual([401, 401]);
    } finally {
      goOn();
    }
  });
});
