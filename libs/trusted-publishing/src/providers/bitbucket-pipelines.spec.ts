import { describe, expect, it } from 'vitest';
import { singleAudience } from '../audience.js';
import { issuers, readExample } from '../../test/read-example.js';
import { matchPublisher } from '../match-publisher.js';
import { parseRule } from '../trusted-publisher-rule.js';
import { bitbucketPipelines } from './bitbucket-pipelines.js';

const issuer = issuers['bitbucket-pipelines'];
const repository = '{2a0b8f0e-6b2f-4b0e-9a53-0c1d2e3f4a5b}';
const deployment = '{5f0c2f0a-1b2c-4d3e-8f9a-0b1c2d3e4f5a}';
const conditions = [{ claim: 'repositoryUuid', is: repository }];
const publisher = parseRule({ id: '1', provider: 'bitbucket-pipelines', issuer, conditions, pinned: {} });

function matches(changes: Record<string, unknown>, rule = publisher) {
  return matchPublisher(rule, readExample('bitbucket-pipelines', changes));
}

describe('Bitbucket Pipelines', () => {
  it('has an issuer per workspace, by name or by id in braces, compared as it is written (T3)', () => {
    const byId = issuer.replace('acme', '{b7c6d5e4-f3a2-41b0-9c8d-7e6f5a4b3c2d}');
    expect(bitbucketPipelines.issuerOf(issuer)).toBe(issuer);
    expect(bitbucketPipelines.issuerOf(byId)).toBe(byId);
    expect(bitbucketPipelines.issuerOf(issuer.replace('acme', 'acme/evil'))).toBeUndefined();
    expect(bitbucketPipelines.issuerOf(issuer.replace('acme', '..'))).toBeUndefined();
    expect(matches({ iss: byId }).matches).toBe(false);
  });

  it('says how the release came', () => {
    expect(bitbucketPipelines.releasePath(readExample('bitbucket-pipelines'))).toEqual({
      provider: 'bitbucket-pipelines',
      issuer,
      repositoryId: repository,
      ownerId: '{b7c6d5e4-f3a2-41b0-9c8d-7e6f5a4b3c2d}',
      ref: 'refs/heads/main',
      refType: 'branch',
      environment: deployment,
      runId: '{0a1b2c3d-4e5f-4607-8899-aabbccddeeff}',
    });
  });

  it('matches by ids, whatever the step in the subject is (pitfall 1, T8)', () => {
    expect(matches({ sub: 'another step' }).matches).toBe(true);
    expect(matches({ repositoryUuid: deployment }).matches).toBe(false);
    expect(matches({ repositoryUuid: repository.slice(1, -1) }).matches).toBe(false);
  });

  it('compares environments by their ids (pitfall 7)', () => {
    expect(matches({}, { ...publisher, environment: deployment }).matches).toBe(true);
    expect(matches({ deploymentEnvironmentUuid: undefined }, { ...publisher, environment: deployment }).matches).toBe(
      false,
    );
  });

  it('can write several audiences, which are refused (pitfall 11, T4)', () => {
    expect(() => singleAudience(['npm:waybill.example', 'sts.amazonaws.com'])).toThrow('more than one');
  });

  it('has no jti and types that are its own (T4)', () => {
    expect(bitbucketPipelines.replayKey).toBe('token-hash');
    expect(() => readExample('bitbucket-pipelines', { workspaceUuid: undefined })).toThrow('workspaceUuid');
    expect(() => readExample('bitbucket-pipelines', { branchName: 1 })).toThrow('branchName');
  });
});
