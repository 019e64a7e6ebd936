import { join } from 'node:path';
import { makePackage, mustSucceed, openNpmClient } from '@waybill/client-drivers';
import { describe, expect, it } from 'vitest';
import { CommandLine } from '../command-line.js';
import { createPerson } from '../people.js';
import { Registry, unique } from '../registry.js';

const registry = new Registry();

async function installs(slug: string, name: string, token: string | undefined): Promise<boolean> {
  const settings = { registryUrl: registry.registryUrl(slug), alwaysAuth: true };
  const client = await openNpmClient('npm-11', {
    registry: { ...settings, ...(token === undefined ? {} : { token }) },
  });
  const dependencies = { [name]: '1.0.0' };
  const app = await client.box.writeProject('app', { name: 'app', version: '1.0.0', dependencies });
  const { exitCode } = await client.install(app);
  await client.dispose();
  return exitCode === 0;
}

describe('a private package of an organization', () => {
  it('is installed by the team that it was given to, and by nobody else', async () => {
    const [member, colleague, stranger] = [
      await createPerson(registry, 'member'),
      await createPerson(registry, 'colleague'),
      await createPerson(registry, 'stranger'),
    ];
    await using owner = await CommandLine.open(registry.url, registry.token);
    await using invited = await CommandLine.open(registry.url, member.token);
    const [org, slug, name, other] = [unique('org'), unique('repo'), unique('widget'), unique('secret')];

    mustSucceed(await owner.run('orgs', 'create', org));
    mustSucceed(await owner.run('orgs', 'set', org, '--base-permission', 'none'));
    mustSucceed(await owner.run('repos', 'create', org, slug, '--visibility', 'private'));
    for (const { username } of [member, colleague]) {
      mustSucceed(await owner.run('invitations', 'create', org, username));
    }
    const [invitation] = await invited.rows<{ id: string; organization: string }>('invitations', 'mine');
    expect(invitation?.organization).toBe(org);
    mustSucceed(await invited.run('invitations', 'accept', invitation?.id ?? ''));
    mustSucceed(await owner.run('teams', 'create', org, 'web'));
    mustSucceed(await owner.run('teams', 'add', org, 'web', member.username));

    await registry.waitForRepository(slug);
    const publisher = await openNpmClient('npm-11', {
      registry: { registryUrl: registry.registryUrl(slug), token: registry.token },
    });
    for (const published of [name, other]) {
      const folder = join(publisher.box.work, published);
      mustSucceed(await publisher.publish(await makePackage(folder, { name: published, version: '1.0.0' })));
    }
    await publisher.dispose();

    expect(await installs(slug, name, member.token)).toBe(false);
    const place = ['--repository', slug, '--package', `pkg:npm/${name}`];
    mustSucceed(await owner.run('grants', 'give', org, '--team', 'web', ...place, '--role', 'reader'));
    expect(await installs(slug, name, member.token)).toBe(true);
    expect(await installs(slug, other, member.token)).toBe(false);
    for (const token of [colleague.token, stranger.token, undefined]) {
      expect(await installs(slug, name, token)).toBe(false);
    }

    mustSucceed(await owner.run('teams', 'remove', org, 'web', member.username));
    expect(await installs(slug, name, member.token)).toBe(false);
  });
});
