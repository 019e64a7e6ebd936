import { mustSucceed, outputOf } from '@waybill/client-drivers';
import { describe, expect, it, vi } from 'vitest';
import { CommandLine } from '../command-line.js';
import { rawPublish } from '../npm/raw-publish.js';
import { tarballWith } from '../npm/tar.js';
import { createPerson, signIn } from '../people.js';
import { Registry, unique } from '../registry.js';

const registry = new Registry();

/** Publishes something that is held: the shape of an npm token, put together here so that no scanner takes this file for a leak. */
async function publishHeld(): Promise<string> {
  const name = unique('held-for-review');
  const key = ['npm', 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8'].join('_');
  const tarball = tarballWith([
    { name: 'package/package.json', text: JSON.stringify({ name, version: '1.0.0' }) },
    { name: 'package/config.js', text: `const token = "${key}";\n` },
  ]);
  await rawPublish(registry, { name, version: '1.0.0', tarball });
  return name;
}

async function heldId(reviewer: CommandLine, name: string): Promise<string> {
  const rows = await reviewer.rows<{ releaseId: string; purl: string }>('held', 'list');
  const found = rows.find(({ purl }) => purl.includes(`/${name}@`));
  return found?.releaseId ?? `${name} is not held`;
}

describe('who reviews with the command line', () => {
  it('approves and rejects what is held, with a reason (P11)', async () => {
    await using reviewer = await CommandLine.open(registry.url, registry.token);
    const [good, bad] = [await publishHeld(), await publishHeld()];
    const [goodId, badId] = [await heldId(reviewer, good), await heldId(reviewer, bad)];
    const shown = outputOf(mustSucceed(await reviewer.run('held', 'view', goodId)));
    expect(shown).toContain('package/config.js');
    expect(shown).toMatch(/sha256:[0-9a-f]{64}/);

    expect((await reviewer.run('held', 'approve', goodId)).exitCode).toBe(2);
    mustSucceed(await reviewer.run('held', 'approve', goodId, '--reason', 'A key of an example.'));
    mustSucceed(await reviewer.run('held', 'reject', badId, '--reason', 'A key that works.'));
    await expect.poll(async () => (await registry.get(`/npm/main/${good}`)).status).toBe(200);
    expect((await registry.get(`/npm/main/${bad}`)).status).toBe(404);
    expect((await reviewer.run('held', 'approve', badId, '--reason', 'Too late.')).exitCode).toBe(6);
  });
});

describe('who signs out of the command line', () => {
  it('leaves no token that works, however little it could do (A11)', async () => {
    const person = await createPerson(registry);
    const response = await registry.api(
      'POST',
      '/tokens/attenuate',
      { description: 'small', preset: 'read-only' },
      person.token,
    );
    const { token: small } = (await response.json()) as { token: string };
    for (const token of [small, person.token]) {
      await using laptop = await CommandLine.open(registry.url);
      mustSucceed(await laptop.converse([{ question: /Token/, text: token }], 'login', '--with-token'));
      expect(outputOf(mustSucceed(await laptop.run('whoami')))).toContain(person.username);
      mustSucceed(await laptop.run('logout'));
      expect((await registry.api('GET', '/session', undefined, token)).status).toBe(401);
      expect((await laptop.run('whoami')).exitCode).toBe(3);
    }
  });
});

describe('who runs an organization with the command line', () => {
  it('reads in the audit log who did what, by name (W9)', async () => {
    await using owner = await CommandLine.open(registry.url, registry.token);
    const { username } = await createPerson(registry);
    const [org, slug] = [unique('named'), unique('repo')];
    mustSucceed(await owner.run('orgs', 'create', org));
    mustSucceed(await owner.run('members', 'add', org, username));
    mustSucceed(await owner.run('teams', 'create', org, 'web'));
    mustSucceed(await owner.run('teams', 'add', org, 'web', username));
    mustSucceed(await owner.run('repos', 'create', org, slug));
    mustSucceed(await owner.run('grants', 'give', org, '--team', 'web', '--repository', slug, '--role', 'reader'));
    const admin = registry.admin.username;
    await vi.waitFor(
      async () => {
        const lines = (await owner.run('audit', 'list', org)).stdout.split('\n');
        const lineOf = (action: string) => lines.find((line) => line.includes(action)) ?? `no ${action}`;
        expect(lineOf('grant.give')).toMatch(new RegExp(`${admin} .*on repository ${slug}.*team web.*now read`));
        expect(lineOf('team-member.add')).toMatch(new RegExp(`${admin} .*team web.*user ${username}`));
        expect(lines.join('')).not.toContain('{');
      },
      { timeout: 20_000 },
    );
    const rows = await owner.rows<{ action: string }>('audit', 'list', org, '--actor', admin);
    expect(rows.map(({ action }) => action)).toContain('grant.give');
    expect((await owner.run('audit', 'list', org, '--actor', 'nobody-at-all')).exitCode).toBe(5);
  });

  it('makes and ends people, machines, their tokens and mappings', async () => {
    await using admin = await CommandLine.open(registry.url, registry.token);
    const [org, slug, name] = [unique('run'), unique('repo'), unique('person')];
    mustSucceed(await admin.run('orgs', 'create', org));
    mustSucceed(await admin.run('repos', 'create', org, slug));
    const [first, second] = ['a first long password', 'a second long password'];
    mustSucceed(await admin.converse([{ question: /First password/, text: first }], 'users', 'create', name));
    expect(await signIn(registry, { username: name, password: first })).toContain('=');
    mustSucceed(await admin.converse([{ question: /New password/, text: second }], 'users', 'set-password', name));
    expect(await signIn(registry, { username: name, password: second })).toContain('=');
    mustSucceed(await admin.run('users', 'promote', name, '--yes'));
    expect(await admin.json('users', 'view', name)).toMatchObject({ installationAdmin: true });
    mustSucceed(await admin.run('users', 'demote', name, '--yes'));
    expect(await admin.json('users', 'view', name)).toMatchObject({ installationAdmin: false });

    mustSucceed(await admin.run('service-accounts', 'create', org, 'ci'));
    const made = await admin.json<{ id: string; token: string }>('service-accounts', 'create-token', org, 'ci', 'CI');
    expect((await registry.api('GET', '/session', undefined, made.token)).status).toBe(200);
    expect((await admin.run('service-accounts', 'tokens', org, 'ci')).stdout).toContain(made.id);
    mustSucceed(await admin.run('service-accounts', 'revoke-token', org, 'ci', made.id));
    await expect.poll(async () => (await registry.api('GET', '/session', undefined, made.token)).status).toBe(401);

    await admin.json('deploy-tokens', 'create', slug, 'servers', '--action', 'read');
    const [deploy] = await admin.rows<{ id: string }>('deploy-tokens', 'list', slug);
    mustSucceed(await admin.run('deploy-tokens', 'revoke', slug, deploy?.id ?? ''));

    await admin.json('group-mappings', 'create', org, 'oidc', 'engineering', 'member');
    const [mapping] = await admin.rows<{ id: string }>('group-mappings', 'list', org);
    mustSucceed(await admin.run('group-mappings', 'delete', org, mapping?.id ?? '', '--yes'));
  });

  it('is told what is wrong in the words that were typed', async () => {
    await using admin = await CommandLine.open(registry.url, registry.token);
    const org = unique('told');
    const view = await admin.run('orgs', 'view', org);
    expect([view.exitCode, outputOf(view)]).toEqual([5, expect.stringContaining(`There is no organization ${org}`)]);
    const setup = await admin.run('setup', 'npm', '--repository', 'nope', '--write');
    expect([setup.exitCode, outputOf(setup)]).toEqual([5, expect.stringContaining('There is no repository nope')]);
    mustSucceed(await admin.run('orgs', 'create', org));
    const given = outputOf(await admin.run('grants', 'give', org, '--user', registry.admin.username));
    expect(given).toContain('--role');
    expect(given).not.toContain('body.');
  });
});
