import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CliRun } from '../../test/cli-run.js';

const cli = new CliRun();

beforeEach(() => cli.start());

afterEach(() => cli.stop());

describe('a trusted publisher', () => {
  it('is said in the words of its CI', async () => {
    const on = ['--repository', 'main', '--package', 'pkg:npm/a'];
    const narrower = ['--environment', 'release', '--ref', 'refs/tags/v*', '--protected-ref', '--action', 'stage'];
    await cli.run(['publishers', 'add', 'acme', '--github', 'acme/a', '--workflow', 'r.yml', ...on, ...narrower]);
    await cli.run(['publishers', 'add', 'acme', '--gitlab', 'acme/b/c', '--repository', 'main']);
    await cli.run([
      'publishers',
      'add',
      'acme',
      '--circleci',
      'o/p/d',
      '--origin',
      'github.com/a/b',
      '--pattern',
      'npm/a*',
    ]);
    expect(cli.seen.map(({ body }) => body)).toEqual([
      {
        github: { owner: 'acme', repository: 'a', workflow: 'r.yml' },
        on: { repository: 'main', package: 'pkg:npm/a' },
        environment: 'release',
        refs: ['refs/tags/v*'],
        requireProtectedRef: true,
        actions: ['stage'],
      },
      { gitlab: { projectPath: 'acme/b/c' }, on: { repository: 'main' } },
      {
        circleci: { organizationId: 'o', projectId: 'p', pipelineDefinitionId: 'd', vcsOrigin: 'github.com/a/b' },
        on: { pattern: 'npm/a*' },
      },
    ]);
  });

  it('is shown with whose jobs it trusts in one line, and each warning in a line of its own', async () => {
    cli.answer = () => ({
      json: {
        id: 'p1',
        provider: 'github-actions',
        issuer: 'https://token.actions.githubusercontent.com',
        rule: {
          conditions: [
            { claim: 'repository', is: 'acme/left-pad' },
            { claim: 'workflow_repository', is: 'acme/left-pad' },
            { claim: 'workflow_path', is: '.github/workflows/release.yml' },
            { claim: 'sub', matches: 'x*' },
          ],
          pinned: { repository_id: '7' },
          environment: 'release\u001b[2J',
        },
        on: [
          { repository: 'main', package: 'pkg:npm/a', pending: true, expiresAt: null },
          { pattern: 'npm/a-*' },
          { repository: 'tools' },
        ],
        actions: ['publish'],
        createdAt: '2026-01-01T00:00:00.000Z',
        lastUsedAt: null,
        warnings: [{ message: 'One.' }, { message: 'Two.' }],
      },
    });
    const { out } = await cli.run(['publishers', 'view', 'acme', 'p1']);
    expect(out).toMatch(/^whose: +acme\/left-pad, release\.yml, sub x\*, environment release\u{fffd}\[2J$/mu);
    expect(out).toMatch(
      /^on: +pkg:npm\/a in main \(not published yet\); npm\/a-\* in every repository; everything in tools$/m,
    );
    expect(out).toMatch(/^pinned: +repository_id 7$/m);
    expect(out).toMatch(/^last used at: +never\nwarning: One\.\nwarning: Two\.\n$/m);
  });

  it('is of exactly one provider, with what its tokens name, or nothing is sent', async () => {
    const add = async (...typed: string[]) =>
      (await cli.run(['publishers', 'add', 'acme', '--repository', 'main', ...typed])).err;
    const one = 'Say whose tokens in exactly one of --github, --gitlab, --forgejo, --circleci, --google and --rule.';
    expect(await add()).toBe(`waybill: ${one}\n`);
    expect(await add('--google', 'a@b.example', '--gitlab', 'a/b')).toBe(`waybill: ${one}\n`);
    expect(await add('--github', 'acme/a')).toContain('--github needs --workflow');
    expect(await add('--forgejo', 'acme/a', '--workflow', 'r.yml')).toContain('--forgejo needs --issuer');
    expect(await add('--gitlab', 'https://gitlab.example/a/b')).toContain('without its host');
    expect(cli.seen).toEqual([]);
  });

  it('may be of a repository by its address, on a package as people write it', async () => {
    for (const address of ['https://github.com/acme/left-pad', 'https://github.com/acme/left-pad.git/']) {
      const typed = [
        '--github',
        address,
        '--workflow',
        'r.yml',
        '--repository',
        'main',
        '--package',
        'pkg:npm/@acme/a',
      ];
      await cli.run(['publishers', 'add', 'acme', ...typed]);
      expect(cli.seen.at(-1)?.body).toEqual({
        github: { owner: 'acme', repository: 'left-pad', workflow: 'r.yml' },
        on: { repository: 'main', package: 'pkg:npm/%40acme/a' },
      });
    }
    await cli.run(['packages', 'view', 'pkg:npm/@acme/a', '--repository', 'main']);
    expect(cli.seen.at(-1)?.target).toBe('/api/v1/packages/pkg%3Anpm%2F%2540acme%2Fa?repository=main');
    await cli.run(['packages', 'view', 'pkg:npm/a@1.0.0', '--repository', 'main']);
    expect(cli.seen.at(-1)?.target).toBe('/api/v1/packages/pkg%3Anpm%2Fa%401.0.0?repository=main');
  });
});

describe('an issuer', () => {
  it('is said to have no keys yet where they could not be read', async () => {
    const shown = { url: 'https://ci.example', from: 'organization', enabled: true, keysReadAt: null };
    const add = async (json: object) => {
      cli.answer = () => ({ json });
      return (await cli.run(['issuers', 'add', 'gitlab-ci', 'https://ci.example', '--org', 'acme'])).out;
    };
    expect(await add(shown)).toContain('Its keys could not be read yet: no token of it is taken until');
    expect(await add({ ...shown, from: 'installation' })).toContain('read when the first token of it comes');
    expect(await add({ ...shown, keysReadAt: '2026-01-01T00:00:00.000Z' })).not.toContain('Its keys');
  });

  it('is of the installation, or of one organization', async () => {
    await cli.run(['issuers', 'add', 'gitlab-ci', 'https://gitlab.acme.example', '--org', 'acme']);
    await cli.run(['issuers', 'disable', 'i1']);
    expect(cli.seen).toMatchObject([
      {
        target: '/api/v1/orgs/acme/oidc-issuers',
        body: { provider: 'gitlab-ci', url: 'https://gitlab.acme.example' },
      },
      { method: 'PATCH', target: '/api/v1/oidc/issuers/i1', body: { enabled: false } },
    ]);
  });
});
