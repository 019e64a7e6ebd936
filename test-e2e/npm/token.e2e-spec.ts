import { join } from 'node:path';
import { makePackage, mustSucceed, outputOf } from '@waybill/client-drivers';
import { describe, expect, it } from 'vitest';
import { Registry, unique } from '../registry.js';
import { npmLikeClients, openClient, publishVersions } from './open-client.js';

const registry = new Registry();

describe.each(npmLikeClients)('%s', (id) => {
  it('lists the tokens without showing any', async () => {
    const somebody = await registry.createStranger();
    await using client = await openClient(id, { token: somebody.token });
    const shown = outputOf(mustSucceed(await client.run(['token', 'list'])));
    expect(shown).toContain('wb-');
    expect(shown).not.toContain(somebody.token);
  });

  it('creates a token that only reads, and revokes it', async () => {
    const { username, password } = registry.admin;
    const login = await fetch(`${registry.registryUrl()}-/user/org.couchdb.user:${username}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: username, password }),
    });
    const { token } = (await login.json()) as { token: string };
    const made = await fetch(`${registry.registryUrl()}-/npm/v1/tokens`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ password, readonly: true, cidr_whitelist: [] }),
    });
    const created = (await made.json()) as { token: string; key: string; readonly: boolean };
    expect(created.readonly).toBe(true);

    const name = unique('read-only');
    await using reader = await openClient(id, { token: created.token });
    const directory = await makePackage(join(reader.box.work, name), { name, version: '1.0.0' });
    expect((await reader.publish(directory)).exitCode).not.toBe(0);
    mustSucceed(await reader.whoami());

    await using owner = await openClient(id, { token });
    mustSucceed(await owner.run(['token', 'revoke', created.key]));
    expect((await reader.whoami()).exitCode).not.toBe(0);
    await publishVersions(owner, name, '1.0.0');
  });
});

describe.each(['npm-6', 'npm-11', 'npm-12'] as const)('%s', (id) => {
  it('creates a token with the password that it asks for', async () => {
    const somebody = await registry.createStranger();
    await using client = await openClient(id, { token: somebody.token });
    const options =
      id === 'npm-6' ? ['--read-only'] : ['--name', 'ci', '--packages-and-scopes-permission', 'read-only'];
    const result = await client.box.run('npm', ['token', 'create', ...options], {
      answers: [{ question: /password/i, text: somebody.password }],
    });
    const text = /wb-[0-9A-Za-z]{46}/.exec(outputOf(mustSucceed(result)))?.[0];
    expect(text).toBeDefined();
    await using other = await openClient(id, { token: text ?? '' });
    expect(outputOf(mustSucceed(await other.whoami()))).toContain(somebody.username);
  });
});
