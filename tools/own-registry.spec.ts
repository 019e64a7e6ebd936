import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isOwnRegistry, registrySettings } from './own-registry.mjs';

const external = { WAYBILL_EXTERNAL_URL: 'https://packages.example/' };
const addresses = ['127.0.0.1', '192.168.1.7'];

describe('a registry that is the installation itself', () => {
  it.each([
    ['http://127.0.0.1:8080/npm/main/', {}],
    ['http://localhost:9000/npm/main', {}],
    ['http://[::1]:8080/npm/main/', {}],
    ['http://192.168.1.7:8080/npm/main/', {}],
    ['http://192.168.1.7:9000/npm/main/', { WAYBILL_PORT: '9000' }],
    ['https://packages.example/npm/main/', external],
  ])('is %s', (registry, environment) => {
    expect(isOwnRegistry(registry, environment, addresses)).toBe(true);
  });

  it.each([
    ['https://registry.npmjs.org/', {}],
    ['http://127.0.0.1:4873/', {}],
    ['http://192.168.1.7:9000/npm/main/', {}],
    ['http://192.168.1.8:8080/npm/main/', {}],
    ['https://packages.example/npm/main/', {}],
    ['https://packages.example.evil/npm/main/', external],
    ['nonsense', {}],
    [undefined, {}],
  ])('is not %s', (registry, environment) => {
    expect(isOwnRegistry(registry, environment, addresses)).toBe(false);
  });
});

describe('the settings for npm and pnpm', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'waybill-registry-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('leave out the registry that npm would ask when it is the installation itself, and no other', async () => {
    const npmSays = (registry: string) =>
      writeFile(join(folder, 'npm'), `#!/bin/sh\necho ${registry}\n`, { mode: 0o755 });
    await npmSays('http://127.0.0.1:8080/npm/main/');
    expect(registrySettings(folder, { PATH: folder })).toEqual({
      npm_config_registry: 'https://registry.npmjs.org/',
      pnpm_config_registry: 'https://registry.npmjs.org/',
    });
    await npmSays('https://mirror.example/npm/');
    expect(registrySettings(folder, { PATH: folder })).toEqual({});
    expect(registrySettings(folder, { PATH: join(folder, 'nowhere') })).toEqual({});
  });
});
