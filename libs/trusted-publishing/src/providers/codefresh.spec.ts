import { describe, expect, it } from 'vitest';
import { issuers, readExample } from '../../test/read-example.js';
import { matchPublisher } from '../match-publisher.js';
import { parseRule } from '../trusted-publisher-rule.js';
import { codefresh } from './codefresh.js';

const conditions = [{ claim: 'pipeline_id', is: '65e5a53e52853dc51a5b0cc1' }];
const publisher = parseRule({ id: '1', provider: 'codefresh', issuer: issuers.codefresh, conditions, pinned: {} });

describe('Codefresh', () => {
  it('has one issuer (T3)', () => {
    expect(codefresh.issuerOf('https://oidc.codefresh.io/')).toBe('https://oidc.codefresh.io');
    expect(codefresh.issuerOf('https://g.codefresh.io')).toBeUndefined();
  });

  it('says how the release came', () => {
    expect(codefresh.releasePath(readExample('codefresh'))).toEqual({
      provider: 'codefresh',
      issuer: 'https://oidc.codefresh.io',
      repository: 'github.com/acme/left-pad',
      repositoryUrl: 'https://github.com/acme/left-pad',
      owner: 'acme',
      ownerId: '628a80b693a15c0f9c13ab75',
      workflow: '65e5a53e52853dc51a5b0cc1',
      ref: 'refs/tags/v1.4.2',
      refType: 'tag',
      event: 'codefresh-user',
      runId: '65e6d5551e47e5bc243ca93f',
      runUrl: 'https://g.codefresh.io/build/65e6d5551e47e5bc243ca93f',
      actor: 'acme-bot',
    });
  });

  it('shows no address that is none', () => {
    const claims = readExample('codefresh', { scm_repo_url: 'javascript:alert(1)' });
    expect(codefresh.releasePath(claims).repositoryUrl).toBeUndefined();
  });

  it('matches by ids (T8)', () => {
    expect(matchPublisher(publisher, readExample('codefresh')).matches).toBe(true);
    const other = readExample('codefresh', { pipeline_id: '65e5a53e52853dc51a5b0cc2' });
    expect(matchPublisher(publisher, other)).toMatchObject({ matches: false, proven: false });
  });

  it('refuses builds of pull requests (pitfall 8)', () => {
    const claims = readExample('codefresh', { scm_pull_request_target_branch: 'main' });
    expect(matchPublisher(publisher, claims)).toMatchObject({ matches: false, proven: true });
  });

  it('has no jti and types that are its own (T4)', () => {
    expect(codefresh.replayKey).toBe('token-hash');
    expect(() => readExample('codefresh', { account_id: undefined })).toThrow('account_id');
  });
});
