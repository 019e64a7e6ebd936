import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { NpmClient } from '@waybill/client-drivers';
import { mustSucceed, npmClientTools, openNpmClient, outputOf } from '@waybill/client-drivers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { approveHeld, findHeld } from '../held-releases.js';
import { Registry } from '../registry.js';
import { fetchRealPackages, fileOf, nameOf, realPackages, versionOf, withoutDependencies } from './real-packages.js';

const registry = new Registry();
let slug: string;
let originals: string;
let publisher: NpmClient;

beforeAll(async () => {
  [slug, originals] = await Promise.all([registry.createRepository('public'), fetchRealPackages()]);
  publisher = await openNpmClient('npm-12', {
    registry: { registryUrl: registry.registryUrl(slug), token: registry.token },
  });
});

afterAll(async () => {
  await publisher.dispose();
});

function addressOf(spec: string): string {
  return `/npm/${slug}/${nameOf(spec)}/${versionOf(spec)}`;
}

async function integrityOfOriginal(spec: string): Promise<string> {
  const hash = createHash('sha512').update(await readFile(join(originals, fileOf(spec))));
  return `sha512-${hash.digest('base64')}`;
}

/** The tarball as it is, approved when it is held. Its own `publishConfig` must not lead elsewhere. */
async function publishOriginal(spec: string): Promise<void> {
  const flags = ['--tag=latest', '--access=public', '--provenance=false', '--ignore-scripts'];
  const registryFlag = `--registry=${registry.registryUrl(slug)}`;
  const result = await publisher.run(['publish', join(originals, fileOf(spec)), registryFlag, ...flags]);
  if (result.exitCode !== 0 && outputOf(result).includes('held for review')) {
    await approveHeld(registry, await findHeld(registry, nameOf(spec)));
  } else {
    mustSucceed(result);
  }
  await expect.poll(async () => (await registry.get(addressOf(spec))).status).toBe(200);
}

describe('real packages of the npm registry', () => {
  it.each(realPackages)('$spec ($shape) comes out as it went in', async ({ spec }) => {
    await publishOriginal(spec);
    const { dist } = (await (await registry.get(addressOf(spec))).json()) as {
      dist: { integrity: string; tarball: string };
    };
    expect(dist.integrity).toBe(await integrityOfOriginal(spec));
    const served = Buffer.from(await (await fetch(dist.tarball)).arrayBuffer());
    expect(served.equals(await readFile(join(originals, fileOf(spec))))).toBe(true);
  });
});

describe.each(npmClientTools)('$id', ({ id, capabilities }) => {
  beforeAll(async () => {
    for (const spec of withoutDependencies) {
      if (!(await registry.get(addressOf(spec))).ok) await publishOriginal(spec);
    }
  });

  it('installs real packages, and pins the digests of the originals', async () => {
    await using stack = new AsyncDisposableStack();
    const client = await openNpmClient(id, { registry: { registryUrl: registry.registryUrl(slug) } });
    stack.defer(() => client.dispose());
    const dependencies = Object.fromEntries(withoutDependencies.map((spec) => [nameOf(spec), versionOf(spec)]));
    const app = await client.box.writeProject('app', { name: 'app', version: '1.0.0', dependencies });
    mustSucceed(await client.install(app));
    const loaded = await client.evaluate(app, `console.log(require('left-pad')('7', 3, '0'))`);
    expect(outputOf(mustSucceed(loaded))).toContain('007');
    const integrities = await client.lockFileIntegrities(app);
    expect([...integrities.keys()].sort()).toEqual([...withoutDependencies].sort());
    if (!capabilities.lockFileHasIntegrity) return;
    for (const spec of withoutDependencies) {
      expect(integrities.get(spec)).toBe(await integrityOfOriginal(spec));
    }
  });
});

describe('a name that only the old registry allowed', () => {
  it('is refused with the reason', async () => {
    const response = await fetch(`${registry.registryUrl(slug)}JSONStream`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${registry.token}`, 'content-type': 'application/json' },
      body: '{}',
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: expect.stringMatching(/capital|lower/i) as string });
  });
});
