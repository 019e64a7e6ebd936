import { join } from 'node:path';
import { makePackage, mustSucceed, npmClientTools, openNpmClient, outputOf } from '@waybill/client-drivers';
import { describe, expect, it } from 'vitest';
import { Registry, unique } from '../registry.js';

const registry = new Registry();
const { username, password } = registry.admin;
const withPassword = npmClientTools.filter(
  ({ capabilities }) => capabilities.loginLegacy === 'token' && !capabilities.prefersWebLogin,
);

describe.each(withPassword)('$id', ({ id }) => {
  it('logs in with name and password, and publishes with what it got', async () => {
    await using stack = new AsyncDisposableStack();
    const client = await openNpmClient(id, { registry: { registryUrl: registry.registryUrl() } });
    stack.defer(() => client.dispose());
    mustSucceed(await client.loginLegacy({ username, password }));
    expect(outputOf(mustSucceed(await client.whoami()))).toContain(username);
    const name = unique('after-login');
    mustSucceed(await client.publish(await makePackage(join(client.box.work, name), { name, version: '1.0.0' })));
  });

  it('is told when the password is wrong', async () => {
    await using stack = new AsyncDisposableStack();
    const client = await openNpmClient(id, { registry: { registryUrl: registry.registryUrl() } });
    stack.defer(() => client.dispose());
    const result = await client.loginLegacy({ username, password: 'not the password' });
    expect(result.exitCode).not.toBe(0);
  });
});

describe('yarn-classic', () => {
  it('logs in while it publishes', async () => {
    await using stack = new AsyncDisposableStack();
    const client = await openNpmClient('yarn-classic', { registry: { registryUrl: registry.registryUrl() } });
    stack.defer(() => client.dispose());
    mustSucceed(await client.loginLegacy({ username, password }));
    const name = unique('classic');
    mustSucceed(await client.publish(await makePackage(join(client.box.work, name), { name, version: '1.0.0' })));
  });
});
