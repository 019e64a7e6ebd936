import { describe, expect, it } from 'vitest';
import { issuers, readExample } from '../../test/read-example.js';
import { matchPublisher } from '../match-publisher.js';
import { parseRule } from '../trusted-publisher-rule.js';
import { azureDevops } from './azure-devops.js';

const issuer = issuers['azure-devops'];
const project = '6b1b36cb-fac8-4c5b-9a3e-4a3b2c1d0e9f';
const byName = parseRule({
  id: '1',
  provider: 'azure-devops',
  issuer,
  conditions: [{ claim: 'sub', is: 'p://acme/tools/left-pad-release' }],
  pinned: {},
});

describe('Azure DevOps', () => {
  it('has an issuer per organization (T3)', () => {
    expect(azureDevops.issuerOf(issuer)).toBe(issuer);
    expect(azureDevops.issuerOf('https://vstoken.dev.azure.com/acme')).toBeUndefined();
  });

  it('has one audience for all, which only an administrator may allow (pitfall 10)', () => {
    expect(azureDevops).toMatchObject({ audience: 'fixed', fixedAudience: 'api://AzureADTokenExchange' });
  });

  it('says how the release came', () => {
    expect(azureDevops.releasePath(readExample('azure-devops'))).toEqual({
      provider: 'azure-devops',
      issuer,
      repository: 'dev.azure.com/acme/tools/_git/left-pad',
      repositoryId: '9a7b330a-a736-4ad0-b9b3-d0f5e0c8a6f1',
      repositoryUrl: 'https://dev.azure.com/acme/tools/_git/left-pad',
      ownerId: project,
      workflow: '17',
      ref: 'refs/tags/v1.4.2',
      refType: 'tag',
      commit: '0a1b2c3d4e5f60718293a4b5c6d7e8f901234567',
      runId: '1042',
      actor: 'p://acme/tools/left-pad-release',
    });
  });

  it('pins the ids of the names in its subject, which it does not take apart (pitfalls 1 and 2, T8)', () => {
    const pins = { def_id: '17', prj_id: project };
    expect(matchPublisher(byName, readExample('azure-devops'))).toEqual({ matches: true, pins, unpinned: [] });
    const anew = readExample('azure-devops', { def_id: '18' });
    expect(matchPublisher({ ...byName, pinned: pins }, anew)).toMatchObject({ matches: false, proven: false });
  });

  it('counts pipelines per project: a rule by id names both (T8)', () => {
    const conditions = [{ claim: 'def_id', is: '17' }];
    expect(() => parseRule({ ...byName, conditions })).toThrow('def_id and prj_id');
    const both = [...conditions, { claim: 'prj_id', is: project }];
    const rule = parseRule({ ...byName, conditions: both });
    expect(matchPublisher(rule, readExample('azure-devops')).matches).toBe(true);
  });

  it('refuses runs of pull requests (pitfall 8)', () => {
    const claims = readExample('azure-devops', { rpo_ref: 'refs/pull/12/merge' });
    expect(matchPublisher(byName, claims).matches).toBe(false);
  });

  it('needs its jti (T4)', () => {
    expect(() => readExample('azure-devops', { jti: undefined })).toThrow('jti');
    expect(() => readExample('azure-devops', { jti: 7 })).toThrow('jti');
  });
});
