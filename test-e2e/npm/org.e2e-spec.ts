import { mustSucceed, outputOf } from '@waybill/client-drivers';
import { describe, expect, it } from 'vitest';
import { createPerson } from '../people.js';
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

  it('invites who is no member, says so, and does not tell whether there is such a person', async () => {
    const [organization, owner] = [unique('guild'), await createPerson(registry, 'guild-owner')];
    await registry.apiJson('POST', '/orgs', { name: organization, owner: owner.username });
    const stranger = await registry.createStranger();
    await using client = await openClient(id, { token: owner.token });
    for (const username of [stranger.username, unique('nobody')]) {
      const said = outputOf(mustSucceed(await client.run(['org', 'set', organization, username, 'developer'])));
      expect(said).toMatch(/They were invited/);
      expect(outputOf(mustSucceed(await client.run(['org', 'ls', organization, '--json'])))).not.toContain(username);
    }
  });
});
