import { join } from 'node:path';
import { mustSucceed, outputOf } from '@waybill/client-drivers';
import type { RunningCiIssuer } from '@waybill/testing';
import { startCiIssuer } from '@waybill/testing';
import { describe, expect, it } from 'vitest';
import { CommandLine } from '../command-line.js';
import { openClient, packumentOf, publishVersions } from '../npm/open-client.js';
import { Registry, unique } from '../registry.js';

type ProviderName = RunningCiIssuer['provider'];

const registry = new Registry();
const audience = new URL(registry.url).host;

/** Whose jobs, as somebody says it to `waybill publishers add`. */
const whose = {
  'github-actions': (issuer: string) => ['--github', 'acme/left-pad', '--workflow', 'release.yml', '--issuer', issuer],
  'forgejo-actions': (issuer: string) => [
    '--forgejo',
    'acme/left-pad',
    '--workflow',
    'release.yml',
    '--issuer',
    issuer,
  ],
  'gitlab-ci': (issuer: string) => ['--gitlab', 'acme/tools/left-pad', '--issuer', issuer],
  circleci: (issuer: string) => [
    '--circleci',
    circleciIds.join('/'),
    '--origin',
    'github.com/acme/left-pad',
    '--issuer',
    issuer,
  ],
  buildkite: (issuer: string) => rule('buildkite', issuer, { organization_slug: 'acme', pipeline_slug: 'left-pad' }),
  'bitbucket-pipelines': (issuer: string) =>
    rule('bitbucket-pipelines', issuer, { repositoryUuid: '{2a0b8f0e-6b2f-4b0e-9a53-0c1d2e3f4a5b}' }),
} satisfies Partial<Record<ProviderName, (issuer: string) => readonly string[]>>;

const circleciIds = [
  '3c1a7c32-5a55-4a5c-9d0a-0f4f6e2a5e11',
  '8d2f2f8c-7f0e-4c0b-9f64-5b7ad8a0b0c2',
  '5b0a4ad5-3a5d-4c22-9b83-6a1f4a3c8a77',
];

function rule(provider: ProviderName, issuer: string, exact: Readonly<Record<string, string>>): readonly string[] {
  const conditions = Object.entries(exact).map(([claim, is]) => ({ claim, is }));
  return ['--rule', JSON.stringify({ provider, issuer, conditions })];
}

async function jobOf(issuer: RunningCiIssuer): Promise<CommandLine> {
  return CommandLine.inJob(registry.url, (box) =>
    issuer.environment({ audience, programs: join(box.work, 'programs'), path: process.env['PATH'] ?? '' }),
  );
}

describe.each(Object.entries(whose))('a job of %s', (name, flags) => {
  it('gets a token by what it is, for what its publisher may publish, until it gives it back (T10)', async () => {
    const provider = name as ProviderName;
    const issuer = await startCiIssuer(provider);
    await using running = new AsyncDisposableStack();
    running.defer(() => issuer.stop());
    const admin = running.use(await CommandLine.open(registry.url, registry.token));
    mustSucceed(await admin.run('issuers', 'add', provider, issuer.issuer, '--org', 'home'));
    const mine = unique('by-ci');
    const purl = `pkg:npm/${mine}`;
    const on = ['--repository', 'main', '--package', purl];
    mustSucceed(await admin.run('publishers', 'add', 'home', ...flags(issuer.issuer), ...on));

    const job = running.use(await jobOf(issuer));
    const token = mustSucceed(await job.run('ci', 'login', '--package', purl)).stdout.trim();
    const client = running.use(await openClient('npm-12', { token }));
    await publishVersions(client, mine, '1.0.0');
    expect(Object.keys((await packumentOf(mine))?.versions ?? {})).toEqual(['1.0.0']);
    await expect(publishVersions(client, unique('not-by-ci'), '1.0.0')).rejects.toThrow(/E40[34]/);
    expect((await registry.api('GET', '/tokens', undefined, token)).status).toBe(403);

    const again = await job.run('ci', 'login', '--package', 'pkg:npm/somebody-elses');
    expect(again.exitCode).not.toBe(0);
    expect(outputOf(again)).not.toContain('wb-');

    const later = CommandLine.within(job.box, registry.url, token);
    mustSucceed(await later.run('ci', 'logout'));
    expect((await registry.get(`/npm/main/-/whoami`, { authorization: `Bearer ${token}` })).status).toBe(401);
  });
});
