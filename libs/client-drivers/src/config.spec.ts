import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { machineEnvironment, toolCacheDirectory } from './config.js';

it('keeps tools in the cache folder of the user', () => {
  expect(toolCacheDirectory({ XDG_CACHE_HOME: '/cache' })).toBe('/cache/waybill-tools');
  expect(toolCacheDirectory({})).toBe(join(homedir(), '.cache', 'waybill-tools'));
});

it('installs with the proxy and mirror of the machine, not with what the surrounding run added', () => {
  const machine = { HTTPS_PROXY: 'http://proxy', npm_config_registry: 'http://mirror', PATH: '/bin' };
  const run = { npm_lifecycle_event: 'test', pnpm_config_x: '1', NODE_OPTIONS: '--import x', VITEST: 'true' };
  expect(machineEnvironment({ ...machine, ...run })).toEqual(machine);
});
