import { describe, expect, it } from 'vitest';
import { issuers, readExample } from '../../test/read-example.js';
import { matchPublisher } from '../match-publisher.js';
import { parseRule } from '../trusted-publisher-rule.js';
import { fromNpmTrust, toNpmTrust } from './npm-trust.js';

const github = {
  type: 'github',
  claims: { repository: 'acme/left-pad', workflow_ref: { file: 'release.yml' }, environment: 'npm' },
  permissions: ['createPackage', 'createStagedPackage'],
};
const gitlab = {
  type: 'gitlab',
  claims: { project_path: 'acme/tools/left-pad', ci_config_ref_uri: { file: '.gitlab-ci.yml' } },
  permissions: ['createStagedPackage'],
};
const circleci = {
  type: 'circleci',
  claims: {
    'oidc.circleci.com/org-id': '3c1a7c32-5a55-4a5c-9d0a-0f4f6e2a5e11',
    'oidc.circleci.com/project-id': '8d2f2f8c-7f0e-4c0b-9f64-5b7ad8a0b0c2',
    'oidc.circleci.com/pipeline-definition-id': '5b0a4ad5-3a5d-4c22-9b83-6a1f4a3c8a77',
    'oidc.circleci.com/vcs-origin': 'github.com/acme/left-pad',
    'oidc.circleci.com/context-ids': ['f3c4a8de-9f0b-4b0e-8a63-2b7f5f3a1c09'],
  },
  permissions: ['createPackage'],
};

describe('what npm trust sends', () => {
  it.each([
    ['github-actions', github, { environment: 'npm' }],
    ['gitlab-ci', gitlab, {}],
    ['circleci', circleci, {}],
  ] as const)('for %s is a rule that matches its tokens, and is shown again as it came', (name, sent, changes) => {
    const { rule, permissions } = fromNpmTrust(sent);
    expect(matchPublisher(rule, readExample(name, changes)).matches).toBe(true);
    expect(toNpmTrust({ ...rule, id: 'p1' }, permissions)).toEqual({ id: 'p1', ...sent });
  });

  it('means to publish where npm is too old to say so', () => {
    const { permissions: _, ...old } = gitlab;
    expect(fromNpmTrust(old).permissions).toEqual(['createPackage']);
  });

  it('does not name the issuer, which can be another than the public one', () => {
    const issuer = 'https://gitlab.acme.example';
    expect(fromNpmTrust(gitlab, { gitlab: issuer }).rule.issuer).toBe(issuer);
  });

  it.each([
    {},
    [],
    null,
    { ...github, type: 'gitea' },
    { ...github, claims: { ...github.claims, repository: 'left-pad' } },
    { ...github, claims: { ...github.claims, repository: 'acme/left-pad/x' } },
    { ...github, claims: { repository: 'acme/left-pad' } },
    { ...github, permissions: [] },
    { ...github, permissions: ['deletePackage'] },
    { ...circleci, claims: { ...circleci.claims, 'oidc.circleci.com/project-id': '*' } },
  ])('is no rule: %j', (sent) => {
    expect(() => fromNpmTrust(sent)).toThrow(expect.objectContaining({ code: 'trusted-publisher.malformed' }));
  });

  it('has no words for other providers, and none for a rule about all of an owner', () => {
    const generic = { id: '1', provider: 'generic', issuer: issuers.generic, pinned: {} };
    const owner = { id: '2', provider: 'github-actions', issuer: issuers['github-actions'], pinned: {} };
    const rules = [
      { ...generic, conditions: [{ claim: 'team', is: 'acme' }] },
      { ...owner, conditions: [{ claim: 'repository_owner', is: 'acme' }] },
    ];
    expect(rules.map((rule) => toNpmTrust(parseRule(rule), ['createPackage']))).toEqual([undefined, undefined]);
  });
});
