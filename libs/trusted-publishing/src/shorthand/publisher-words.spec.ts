import { describe, expect, it } from 'vitest';
import { fromCircleci, fromForgejo, fromGithub, fromGitlab } from './publisher-words.js';

const github = { owner: 'acme', repository: 'left-pad', workflow: 'release.yml' };
const malformed: unknown = expect.objectContaining({ code: 'trusted-publisher.malformed' });

describe('a publisher in GitHub’s words', () => {
  it('is of the repository and of the file that was started', () => {
    expect(fromGithub({ ...github, environment: 'npm', pinned: { repository_id: '74' } })).toEqual({
      provider: 'github-actions',
      issuer: 'https://token.actions.githubusercontent.com',
      conditions: [
        { claim: 'repository', is: 'acme/left-pad' },
        { claim: 'workflow_repository', is: 'acme/left-pad' },
        { claim: 'workflow_path', is: '.github/workflows/release.yml' },
      ],
      pinned: { repository_id: '74' },
      environment: 'npm',
    });
  });

  it('is of another issuer if it says so', () => {
    const issuer = 'https://github.acme.example/_services/token';
    expect(fromGithub({ ...github, issuer }).issuer).toBe(issuer);
    expect(() => fromGithub({ ...github, issuer: 'https://evil.example' })).toThrow(malformed);
  });

  it.each([
    { owner: 'a/b' },
    { owner: '' },
    { repository: '..' },
    { repository: 'x*' },
    { workflow: '../release.yml' },
    { workflow: 'release' },
    { workflow: '.github/workflows/release.yml' },
    { matched: { jobOf: 'acme' } },
    { matched: { jobOf: 'acme/x/y' } },
  ])('is none with %j', (changes) => {
    expect(() => fromGithub({ ...github, ...changes })).toThrow(malformed);
  });

  it('needs no environment where that is empty, as PyPI writes it', () => {
    expect(fromGithub({ ...github, environment: '' })).not.toHaveProperty('environment');
  });
});

describe('a publisher in other words', () => {
  it('of Forgejo names its server alone', () => {
    expect(fromForgejo({ ...github, issuer: 'https://codeberg.org' }).issuer).toBe('https://codeberg.org/api/actions');
  });

  it('of GitLab is of a project in groups, and of a file in folders', () => {
    const words = { projectPath: 'acme/tools/left-pad', configurationFile: 'ci/release.yml' };
    expect(fromGitlab({ ...words, issuer: 'https://gitlab.acme.example/' }).issuer).toBe('https://gitlab.acme.example');
    expect(() => fromGitlab({ ...words, projectPath: 'left-pad' })).toThrow(malformed);
    expect(() => fromGitlab({ ...words, projectPath: 'acme//left-pad' })).toThrow(malformed);
    expect(() => fromGitlab({ ...words, configurationFile: '/etc/x.yml' })).toThrow(malformed);
  });

  it('of CircleCI has ids that are some', () => {
    const id = '3c1a7c32-5a55-4a5c-9d0a-0f4f6e2a5e11';
    const words = {
      organizationId: id,
      projectId: id,
      pipelineDefinitionId: id,
      vcsOrigin: 'github.com/acme/left-pad',
    };
    expect(fromCircleci(words).issuer).toBe(`https://oidc.circleci.com/org/${id}`);
    expect(fromCircleci({ ...words, issuer: 'https://oidc.circleci.com' }).issuer).toBe('https://oidc.circleci.com');
    expect(() => fromCircleci({ ...words, projectId: 'left-pad' })).toThrow(malformed);
  });
});
