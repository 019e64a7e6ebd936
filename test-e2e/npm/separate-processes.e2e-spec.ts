import { join } from 'node:path';
import type { NpmClient } from '@waybill/client-drivers';
import { makePackage, mustSucceed, openNpmClient } from '@waybill/client-drivers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { childrenOf, isAlive, programOf } from '../processes.js';
import { Registry, unique } from '../registry.js';
import type { WaybillProcess } from '../waybill-process.js';
import { startWaybill } from '../waybill-process.js';
import { rawPublish } from './raw-publish.js';
import { tarballWith } from './tar.js';

let waybill: WaybillProcess;
let client: NpmClient;

beforeAll(async () => {
  waybill = await startWaybill({ separateProcesses: true });
  const registry = new Registry(waybill.admin);
  client = await openNpmClient('npm-12', { registry: { registryUrl: registry.registryUrl(), token: registry.token } });
});

afterAll(async () => {
  await client.dispose();
  await waybill.dispose();
});

async function publishAndInstall(): Promise<string[]> {
  const name = unique('@acme/apart');
  const directory = await makePackage(join(client.box.work, unique('lib')), { name, version: '1.0.0' });
  mustSucceed(await client.publish(directory));
  const app = await client.box.writeProject(unique('app'), {
    name: 'app',
    version: '1.0.0',
    dependencies: { [name]: '1.0.0' },
  });
  mustSucceed(await client.install(app));
  return [...(await client.lockFileIntegrities(app)).keys()];
}

async function tryPublish(): Promise<number> {
  const name = unique('back');
  const tarball = tarballWith([{ name: 'package/package.json', text: JSON.stringify({ name, version: '1.0.0' }) }]);
  const response = await rawPublish(new Registry(waybill.admin), { name, version: '1.0.0', tarball });
  await response.arrayBuffer();
  return response.status;
}

function serviceProcess(name: string): number | undefined {
  return childrenOf(waybill.pid).find((pid) => programOf(pid).includes(`/services/${name}/`));
}

describe('services in processes of their own', () => {
  it('publish and install', async () => {
    expect(await publishAndInstall()).toHaveLength(1);
  });

  it.each(['scanner', 'publish', 'adapter-npm', 'auth'])('go on after %s was killed', async (name) => {
    const pid = serviceProcess(name);
    expect(pid).toBeDefined();
    process.kill(pid ?? 0, 'SIGKILL');
    await expect.poll(() => serviceProcess(name), { timeout: 30_000 }).not.toBe(pid);
    expect(isAlive(pid ?? 0)).toBe(false);
    await expect.poll(tryPublish, { timeout: 60_000 }).toBe(201);
    expect(await publishAndInstall()).toHaveLength(1);
  });
});
