import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommandResult, NpmClient, NpmToolId } from '@waybill/client-drivers';
import { mustSucceed, outputOf } from '@waybill/client-drivers';
import { startCiIssuer } from '@waybill/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { approveHeld, findHeld, unwrapped } from '../held-releases.js';
import { createPerson } from '../people.js';
import { unique } from '../registry.js';
import type { CiGround, CiJob, CiProvider } from './ci-jobs.js';
import { ciProviders, makeLibrary, openJob, startCiGround, trust, versionsOf } from './ci-jobs.js';

const clients: readonly NpmToolId[] = ['npm-12', 'pnpm-12', 'yarn-berry'];
const shownAs: Readonly<Record<CiProvider, string>> = {
  'github-actions': 'github',
  'gitlab-ci': 'gitlab',
  circleci: 'circleci',
  'forgejo-actions': 'forgejo-actions',
};

let ground: CiGround;
let repository: string;

beforeAll(async () => {
  ground = await startCiGround();
  repository = await ground.registry.createRepository('public');
});

afterAll(() => ground[Symbol.asyncDispose]());

/** In a job of its own, as every release is. */
async function publishFrom(
  provider: CiProvider,
  id: NpmToolId,
  { name, version, ...job }: Partial<CiJob> & { readonly name: string; readonly version: string },
): Promise<CommandResult> {
  await using client = await openJob(ground, ground.issuers[provider], id, { repository, ...job });
  return await client.publish(await makeLibrary(client, name, version));
}

describe.each(ciProviders)('in a job of %s', (provider) => {
  it.each(clients)('%s publishes without any stored secret', async (id) => {
    const name = `@home/${unique('trusted')}`;
    const publisher = await trust(ground, ground.issuers[provider], { name, repository });
    for (const version of ['1.0.0', '1.1.0']) {
      mustSucceed(await publishFrom(provider, id, { name, version }));
    }
    const trustedPublisher = { id: shownAs[provider], oidcConfigId: `oidc:${publisher}` };
    expect(await versionsOf(ground, name, repository)).toMatchObject({
      '1.0.0': { _npmUser: { trustedPublisher } },
      '1.1.0': { _npmUser: { trustedPublisher } },
    });
  });
});

describe('in a workflow of a public repository', () => {
  const job = { claims: { repository_visibility: 'public' }, withSigstore: true };

  it.each(['npm-12', 'pnpm-12'] as const)(
    '%s adds provenance, which npm verifies and pnpm demands ever after',
    async (id) => {
      const name = unique('attested');
      await trust(ground, ground.issuers['github-actions'], { name, repository });
      // Of a package that is not there yet nobody knows whether it is public.
      for (const version of ['1.0.0', '1.1.0', '1.2.0']) {
        mustSucceed(await publishFrom('github-actions', id, { ...job, name, version }));
      }
      const versions = await versionsOf(ground, name, repository);
      expect(versions['1.2.0']?.dist.attestations?.provenance.predicateType).toBe('https://slsa.dev/provenance/v1');

      const reading = { repository, withSigstore: true, token: ground.registry.token };
      await using reader = await openJob(ground, ground.issuers['github-actions'], 'npm-12', reading);
      const app = await appWith(reader, name, '1.2.0');
      mustSucceed(await reader.install(app));
      const audit = outputOf(mustSucceed(await reader.run(['audit', 'signatures'], app)));
      expect(audit).toMatch(/1 package has a verified attestation/);
      mustSucceed(await installWithoutDowngrade(name, '1.2.0'));

      const { username, token } = await createPerson(ground.registry, 'member');
      await ground.registry.apiJson('POST', '/orgs/home/members', { username, role: 'member' });
      await using stolen = await openJob(ground, ground.issuers['gitlab-ci'], 'npm-12', { repository, token });
      expect((await stolen.publish(await makeLibrary(stolen, name, '1.3.0'))).exitCode).not.toBe(0);
      await approveHeld(ground.registry, await findHeld(ground.registry, name));
      await vi.waitFor(async () => expect(Object.keys(await versionsOf(ground, name, repository))).toContain('1.3.0'), {
        timeout: 20_000,
      });
      const refused = await installWithoutDowngrade(name, '1.3.0');
      expect(unwrapped(outputOf(refused))).toContain('trustdowngradefor');
    },
  );
});

async function appWith(client: NpmClient, name: string, version: string): Promise<string> {
  return client.box.writeProject(unique('app'), { name: 'app', version: '1.0.0', dependencies: { [name]: version } });
}

/** By pnpm, under the policy that refuses what has less evidence than its predecessors. */
async function installWithoutDowngrade(name: string, version: string): Promise<CommandResult> {
  const { token } = ground.registry;
  await using client = await openJob(ground, ground.issuers['github-actions'], 'pnpm-12', { repository, token });
  const app = await appWith(client, name, version);
  await writeFile(join(app, 'pnpm-workspace.yaml'), 'trustPolicy: no-downgrade\n');
  return await client.install(app);
}

describe('a token that was stolen', () => {
  it('publishes nothing that anybody sees, and who is to approve it sees why (P1)', async () => {
    const name = unique('stolen');
    await trust(ground, ground.issuers['github-actions'], { name, repository });
    mustSucceed(await publishFrom('github-actions', 'npm-12', { name, version: '1.4.2' }));

    const gitlab = ground.issuers['gitlab-ci'];
    await using client = await openJob(ground, gitlab, 'npm-12', { repository, token: ground.registry.token });
    const result = await client.publish(await makeLibrary(client, name, '1.4.3'));
    expect(result.exitCode).not.toBe(0);
    expect(unwrapped(outputOf(result))).toContain('heldforreview');
    expect(Object.keys(await versionsOf(ground, name, repository))).toEqual(['1.4.2']);

    const { releaseId, reasons } = await findHeld(ground.registry, name);
    expect(reasons.map(({ rule }) => rule)).toContain('P1');
    const held = JSON.stringify(await ground.registry.apiJson('GET', `/held-releases/${releaseId}`));
    expect(held).toContain('release.yml');
    expect(held).toContain('acme/left-pad');
  });
});

describe('nobody else', () => {
  it.each<readonly [string, NonNullable<CiJob['claims']>]>([
    [
      'a workflow of another repository',
      {
        repository: 'mallory/left-pad',
        repository_id: '666',
        repository_owner: 'mallory',
        repository_owner_id: '667',
        workflow_ref: 'mallory/left-pad/.github/workflows/release.yml@refs/tags/v1.4.2',
      },
    ],
    [
      'another workflow of the repository',
      { workflow_ref: 'acme/left-pad/.github/workflows/test.yml@refs/heads/main', ref: 'refs/heads/main' },
    ],
    ['a pull request of a stranger (T9)', { event_name: 'pull_request_target' }],
    ['a repository that was deleted and made again under the same name (T8)', { repository_id: '7474' }],
  ])('publishes: %s', async (_, claims) => {
    const name = unique('guarded');
    await trust(ground, ground.issuers['github-actions'], { name, repository });
    mustSucceed(await publishFrom('github-actions', 'npm-12', { name, version: '1.0.0' }));
    for (const id of clients) {
      const { exitCode } = await publishFrom('github-actions', id, { name, version: '1.1.0', claims });
      expect(exitCode).not.toBe(0);
    }
    expect(Object.keys(await versionsOf(ground, name, repository))).toEqual(['1.0.0']);
  });

  it('publishes with a token for another registry', async () => {
    const name = unique('guarded');
    await trust(ground, ground.issuers['gitlab-ci'], { name, repository });
    const audience = 'npm:registry.npmjs.org';
    for (const id of clients) {
      const { exitCode } = await publishFrom('gitlab-ci', id, { name, version: '1.0.0', audience });
      expect(exitCode).not.toBe(0);
    }
    expect(await versionsOf(ground, name, repository)).toEqual({});
  });

  it('publishes with the token of an issuer that nobody registered (T3)', async () => {
    const name = unique('guarded');
    await trust(ground, ground.issuers['github-actions'], { name, repository });
    const stranger = await startCiIssuer('github-actions');
    try {
      await using client = await openJob(ground, stranger, 'npm-12', { repository });
      expect((await client.publish(await makeLibrary(client, name, '1.0.0'))).exitCode).not.toBe(0);
    } finally {
      await stranger.stop();
    }
    expect(await versionsOf(ground, name, repository)).toEqual({});
  });

  it('exchanges a token twice for one package; for several packages of a workspace it is good once each (T2)', async () => {
    const [one, other] = [unique('first'), unique('second')];
    const gitlab = ground.issuers['gitlab-ci'];
    for (const name of [one, other]) await trust(ground, gitlab, { name, repository });
    await using client = await openJob(ground, gitlab, 'npm-12', { repository });
    mustSucceed(await client.publish(await makeLibrary(client, one, '1.0.0')));
    mustSucceed(await client.publish(await makeLibrary(client, other, '1.0.0')));
    const replayed = await client.publish(await makeLibrary(client, one, '1.1.0'));
    expect(replayed.exitCode).not.toBe(0);
    expect(Object.keys(await versionsOf(ground, one, repository))).toEqual(['1.0.0']);
  });

  it('publishes another package with what one package was given for (T10)', async () => {
    const [mine, yours] = [unique('mine'), unique('yours')];
    await trust(ground, ground.issuers['github-actions'], { name: mine, repository });
    const { exitCode } = await publishFrom('github-actions', 'npm-12', { name: yours, version: '1.0.0' });
    expect(exitCode).not.toBe(0);
    const token = await minted(mine);
    await using client = await openJob(ground, ground.issuers['gitlab-ci'], 'npm-12', { repository, token });
    expect((await client.publish(await makeLibrary(client, yours, '1.0.0'))).exitCode).not.toBe(0);
    expect((await ground.registry.api('GET', '/users?limit=1', undefined, token)).status).toBe(403);
  });
});

describe('a package that is trusted in two repositories', () => {
  it.each(clients)('is published by %s to the one that it names, also where the client drops the path', async (id) => {
    const name = unique('twice');
    const second = await ground.registry.createRepository('public');
    const ci = ground.issuers['github-actions'];
    const there = await trust(ground, ci, { name, repository: second });
    const here = await trust(ground, ci, { name, repository });
    mustSucceed(await publishFrom('github-actions', id, { name, version: '1.0.0' }));
    expect(await versionsOf(ground, name, repository)).toMatchObject({
      '1.0.0': { _npmUser: { trustedPublisher: { oidcConfigId: `oidc:${here}` } } },
    });
    expect(await versionsOf(ground, name, second)).toEqual({});
    mustSucceed(await publishFrom('github-actions', id, { name, version: '1.0.0', repository: second }));
    expect(await versionsOf(ground, name, second)).toMatchObject({
      '1.0.0': { _npmUser: { trustedPublisher: { oidcConfigId: `oidc:${there}` } } },
    });
  });
});

function tokenFor(): Promise<string> {
  const ci = ground.issuers['github-actions'];
  ci.claims = {};
  return ci.token({ aud: `npm:${new URL(ground.registry.url).hostname}` });
}

async function minted(name: string): Promise<string> {
  const url = `${ground.registry.url}/-/npm/v1/oidc/token/exchange/package/${name}`;
  const answer = await fetch(url, { method: 'POST', headers: { authorization: `Bearer ${await tokenFor()}` } });
  expect(answer.status).toBe(201);
  return ((await answer.json()) as { token: string }).token;
}
