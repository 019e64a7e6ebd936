import type { VerifiedProvenance } from '@waybill/domain';
import { describe, expect, it } from 'vitest';
import { pypiPublisher } from './pypi-provenance.js';

const ofGitHub: VerifiedProvenance = {
  predicateType: 'https://docs.pypi.org/attestations/publish/v1',
  issuer: 'https://token.actions.githubusercontent.com',
  identity: 'https://github.com/acme/left-pad/.github/workflows/release.yml@refs/tags/v1',
  repositoryUrl: 'https://github.com/acme/left-pad',
  workflow: '.github/workflows/release.yml',
  signedAt: '2026-11-22T00:00:00.000Z',
};

const without = ({ repositoryUrl: _url, workflow: _workflow, ...rest }: VerifiedProvenance): VerifiedProvenance => rest;

describe('the publisher of a file, in the words of clients', () => {
  it('is a workflow of GitHub, in the environment of its token', () => {
    const words = { kind: 'GitHub', repository: 'acme/left-pad', workflow: 'release.yml' };
    expect(pypiPublisher(ofGitHub)).toEqual({ ...words, environment: null });
    const path = { provider: 'github-actions', issuer: ofGitHub.issuer, environment: 'release' };
    expect(pypiPublisher(ofGitHub, path)).toEqual({ ...words, environment: 'release' });
  });

  it('is a file of a project of GitLab', () => {
    const provenance = {
      ...ofGitHub,
      issuer: 'https://gitlab.com',
      identity: 'https://gitlab.com/acme/tools/left-pad//.gitlab-ci.yml@refs/tags/v1',
      repositoryUrl: 'https://gitlab.com/acme/tools/left-pad',
      workflow: '.gitlab-ci.yml',
    };
    expect(pypiPublisher(provenance)).toEqual({
      kind: 'GitLab',
      repository: 'acme/tools/left-pad',
      workflow_filepath: '.gitlab-ci.yml',
      environment: null,
    });
  });

  it('is a service account of Google, or a pipeline of CircleCI', () => {
    const google = { ...without(ofGitHub), issuer: 'https://accounts.google.com', identity: 'ci@acme.iam.example' };
    expect(pypiPublisher(google)).toEqual({ kind: 'Google', email: 'ci@acme.iam.example' });
    const [project, definition] = ['1111-11', '2222-22'];
    const circle = {
      ...without(ofGitHub),
      issuer: 'https://oidc.circleci.com',
      identity: `https://circleci.com/api/v2/projects/${project}/pipeline-definitions/${definition}`,
    };
    expect(pypiPublisher(circle)).toEqual({
      kind: 'CircleCI',
      project_id: project,
      pipeline_definition_id: definition,
      vcs_origin: null,
      vcs_ref: null,
    });
  });

  it.each([
    ['another forge that calls itself GitLab', { ...ofGitHub, issuer: 'https://gitlab.acme.example' }],
    ['another issuer that speaks of GitHub', { ...ofGitHub, issuer: 'https://ci.acme.example' }],
    [
      'GitHub, of a repository elsewhere',
      { ...ofGitHub, repositoryUrl: 'https://github.com.evil.example/acme/left-pad' },
    ],
    ['GitHub, of no workflow', without(ofGitHub)],
    ['CircleCI, of something else', { ...ofGitHub, issuer: 'https://oidc.circleci.com' }],
    ['an issuer with a name of JavaScript', { ...ofGitHub, issuer: 'constructor' }],
  ])('is the bare identity of %s', (_, provenance) => {
    const { issuer, identity } = provenance;
    expect(pypiPublisher(provenance)).toEqual({ kind: 'Sigstore', issuer, identity });
  });
});
