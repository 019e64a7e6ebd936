import type { NpmClient } from '@waybill/client-drivers';
import { mustSucceed, openNpmClient, outputOf } from '@waybill/client-drivers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPerson } from '../people.js';
import { unique } from '../registry.js';
import type { CiGround, CiProvider } from './ci-jobs.js';
import { makeLibrary, openJob, startCiGround, versionsOf } from './ci-jobs.js';

const github = ['--repo', 'acme/left-pad', '--file', 'release.yml'];
const gitlab = ['--project', 'acme/tools/left-pad', '--file', '.gitlab-ci.yml'];

let ground: CiGround;
let repository: string;

beforeAll(async () => {
  ground = await startCiGround();
  repository = await ground.registry.createRepository('public');
});

afterAll(() => ground[Symbol.asyncDispose]());

async function openOwner(token = ground.registry.token): Promise<NpmClient & AsyncDisposable> {
  const registryUrl = ground.registry.registryUrl(repository);
  const client = await openNpmClient('npm-12', { registry: { registryUrl, alwaysAuth: true, token } });
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.dispose() });
}

async function trusted(
  client: NpmClient,
  name: string,
): Promise<{ id?: string; type?: string; permissions?: string[] }[]> {
  const listed = outputOf(mustSucceed(await client.run(['trust', 'list', name, '--json'])));
  // One object after the other, not a list.
  const objects = listed.match(/^\{[\s\S]*?^\}/gm) ?? [];
  return objects.map((text) => JSON.parse(text) as { id?: string });
}

async function publish(provider: CiProvider, name: string, version: string, args: readonly string[] = ['publish']) {
  await using client = await openJob(ground, ground.issuers[provider], 'npm-12', { repository });
  return await client.run(args, await makeLibrary(client, name, version));
}

describe('npm trust', () => {
  it.each([
    ['github', 'github-actions', github],
    ['gitlab', 'gitlab-ci', gitlab],
    ['circleci', 'circleci', undefined],
  ] as const)('%s lets a CI publish, until it is revoked', async (type, provider, args) => {
    const name = `@home/${unique('trust')}`;
    await using owner = await openOwner();
    const words = args ?? circleciWords();
    const created = await owner.run(['trust', type, name, ...words, '--allow-publish', '--yes']);
    const printed = outputOf(mustSucceed(created));
    expect(printed).toContain('Trust configuration created successfully');
    expect(printed).toContain(`tokens of ${ground.issuers[provider].issuer}`);

    const [known, ...others] = await trusted(owner, name);
    expect(others).toEqual([]);
    expect(known).toMatchObject({ type, permissions: ['createPackage'] });
    mustSucceed(await publish(provider, name, '1.0.0'));
    expect(await versionsOf(ground, name, repository)).toMatchObject({
      '1.0.0': { _npmUser: { trustedPublisher: { id: type, oidcConfigId: `oidc:${known?.id ?? ''}` } } },
    });

    mustSucceed(await owner.run(['trust', 'revoke', name, `--id=${known?.id ?? ''}`]));
    expect(await trusted(owner, name)).toEqual([]);
    expect((await publish(provider, name, '1.1.0')).exitCode).not.toBe(0);
    expect(Object.keys(await versionsOf(ground, name, repository))).toEqual(['1.0.0']);
  });

  it('keeps to the environment that it names', async () => {
    const name = unique('trust');
    await using owner = await openOwner();
    mustSucceed(await owner.run(['trust', 'github', name, ...github, '--env', 'npm', '--allow-publish', '--yes']));
    expect((await publish('github-actions', name, '1.0.0')).exitCode).not.toBe(0);
    await using job = await openJob(ground, ground.issuers['github-actions'], 'npm-12', {
      repository,
      claims: { environment: 'npm' },
    });
    mustSucceed(await job.publish(await makeLibrary(job, name, '1.0.0')));
  });

  it('can let a CI stage only', async () => {
    const name = unique('trust');
    await using owner = await openOwner();
    mustSucceed(await owner.run(['trust', 'github', name, ...github, '--allow-stage-publish', '--yes']));
    expect((await publish('github-actions', name, '1.0.0')).exitCode).not.toBe(0);
    mustSucceed(await publish('github-actions', name, '1.0.0', ['stage', 'publish']));
    expect(await versionsOf(ground, name, repository)).toEqual({});
  });

  it('is for those who manage the package', async () => {
    const { token } = await createPerson(ground.registry);
    await using stranger = await openOwner(token);
    const name = unique('trust');
    const refused = await stranger.run(['trust', 'github', name, ...github, '--allow-publish', '--yes']);
    expect(refused.exitCode).not.toBe(0);
    expect((await stranger.run(['trust', 'list', name])).exitCode).not.toBe(0);
    await using owner = await openOwner();
    expect(await trusted(owner, name)).toEqual([]);
  });
});

function circleciWords(): string[] {
  const said = ground.issuers.circleci.payload();
  const flags = ['org-id', 'project-id', 'pipeline-definition-id', 'vcs-origin'];
  return flags.flatMap((flag) => [`--${flag}`, String(said[`oidc.circleci.com/${flag}`])]);
}
