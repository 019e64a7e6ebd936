import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Registry, unique } from '../registry.js';
import type { WaybillProcess } from '../waybill-process.js';
import { startWaybill } from '../waybill-process.js';
import { rawPublish } from './raw-publish.js';
import { tarballWith } from './tar.js';

function tarball(name: string): Buffer {
  const filler = createHash('sha512').update(name).digest('hex').repeat(200);
  return tarballWith([
    { name: 'package/package.json', text: JSON.stringify({ name, version: '1.0.0' }) },
    { name: 'package/filler.txt', text: filler },
  ]);
}

async function servedIntegrity(registry: Registry, name: string): Promise<string | undefined> {
  const response = await registry.get(`/npm/main/${name}/-/${name}-1.0.0.tgz`);
  if (!response.ok) return undefined;
  return createHash('sha256')
    .update(Buffer.from(await response.arrayBuffer()))
    .digest('hex');
}

function integrity(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Publishes one package after another until told to stop; tells which were acknowledged. */
async function publishUntil(
  registry: Registry,
  isOver: () => boolean,
): Promise<{ acknowledged: string[]; tried: string[] }> {
  const acknowledged: string[] = [];
  const tried: string[] = [];
  while (!isOver()) {
    const name = unique('stream');
    tried.push(name);
    const response = await rawPublish(registry, { name, version: '1.0.0', tarball: tarball(name) }).catch(
      () => undefined,
    );
    if (response?.status === 201) acknowledged.push(name);
    await response?.arrayBuffer().catch(() => undefined);
  }
  return { acknowledged, tried };
}

describe.each([{ separateProcesses: false }, { separateProcesses: true }])(
  'an installation ($separateProcesses)',
  (options) => {
    it('has everything after a stop, and after kill -9 in the middle of publishes', async () => {
      await using stack = new AsyncDisposableStack();
      let waybill: WaybillProcess = await startWaybill(options);
      stack.defer(() => waybill.dispose());
      const registry = new Registry(waybill.admin);
      const before = unique('before');
      expect((await rawPublish(registry, { name: before, version: '1.0.0', tarball: tarball(before) })).status).toBe(
        201,
      );
      expect(await waybill.stop()).toBe(0);
      waybill = await waybill.restart();
      expect(await servedIntegrity(registry, before)).toBe(integrity(tarball(before)));
      expect(waybill.admin.token).toBe(registry.token);

      let killed = false;
      const streams = [1, 2, 3].map(() => publishUntil(registry, () => killed));
      await expect.poll(() => seenPublishes(registry, before), { timeout: 30_000 }).toBe(true);
      const warmUp = await publishUntil(registry, countdown(5));
      await waybill.kill();
      killed = true;
      const results = [warmUp, ...(await Promise.all(streams))];
      waybill = await waybill.restart();

      const acknowledged = results.flatMap((result) => result.acknowledged);
      expect(acknowledged.length).toBeGreaterThan(5);
      for (const name of acknowledged) expect(await servedIntegrity(registry, name)).toBe(integrity(tarball(name)));
      for (const name of results.flatMap((result) => result.tried)) {
        expect([integrity(tarball(name)), undefined]).toContain(await servedIntegrity(registry, name));
      }
      const after = unique('after');
      expect((await rawPublish(registry, { name: after, version: '1.0.0', tarball: tarball(after) })).status).toBe(201);
    });
  },
);

async function seenPublishes(registry: Registry, name: string): Promise<boolean> {
  return (await registry.get(`/npm/main/${name}`)).ok;
}

function countdown(from: number): () => boolean {
  let left = from;
  return () => (left -= 1) < 0;
}
