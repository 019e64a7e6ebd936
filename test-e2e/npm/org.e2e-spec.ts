import { mustSucceed, outputOf } from '@waybill/client-drivers';
import { describe, expect, it } from 'vitest';
import { Registry, unique } from '../registry.js';
import { openClient } from './open-client.js';

const registry = new Registry();

describe.each(['npm-6', 'npm-11', 'npm-12'] as const)('%s', (id) => {
  it('lists, adds and removes members of an organization', async () => {
    const organization = unique('team');
    await registry.apiJson('POST', '/orgs', { name: organization });
    const member = await registry.createStranger();
    await using client = await openClient(id);
    mustSucceed(await client.run(['org', 'set', organization, member.username, 'developer']));
    const listed = outputOf(mustSucceed(await client.run(['org', 'ls', organization, '--json'])));
    expect(listed).toContain(registry.admin.username);
    expect(listed).toContain(member.username);
    mustSucceed(await client.run(['org', 'rm', organization, member.username]));
    expect(outputOf(mustSucceed(await client.run(['org', 'ls', organization, '--json'])))).not.toContain(
      member.username,
    );
  });
});
