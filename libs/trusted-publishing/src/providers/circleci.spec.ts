import { describe, expect, it } from 'vitest';
import { issuers, readExample } from '../../test/read-example.js';
import { matchPublisher } from '../match-publisher.js';
import { fromCircleci } from '../shorthand/publisher-words.js';
import { parseRule } from '../trusted-publisher-rule.js';
import { circleci, circleciClaims as claim } from './circleci.js';

const words = {
  organizationId: '3c1a7c32-5a55-4a5c-9d0a-0f4f6e2a5e11',
  projectId: '8d2f2f8c-7f0e-4c0b-9f64-5b7ad8a0b0c2',
  pipelineDefinitionId: '5b0a4ad5-3a5d-4c22-9b83-6a1f4a3c8a77',
  vcsOrigin: 'github.com/acme/left-pad',
  contextIds: ['f3c4a8de-9f0b-4b0e-8a63-2b7f5f3a1c09'],
};
const publisher = fromCircleci(words);

function matches(changes: Record<string, unknown>) {
  return matchPublisher(publisher, readExample('circleci', changes));
}

describe('CircleCI', () => {
  it('has an issuer per organization, and one of all (T3)', () => {
    expect(circleci.issuerOf(issuers.circleci)).toBe(issuers.circleci);
    expect(circleci.issuerOf('https://oidc.circleci.com')).toBe('https://oidc.circleci.com');
    expect(circleci.issuerOf('https://oidc.circleci.com/org/other')).toBeUndefined();
    expect(circleci.issuerOf('https://circleci.example')).toBeUndefined();
    expect(matches({ iss: 'https://oidc.circleci.com' }).matches).toBe(false);
  });

  it('says how the release came', () => {
    expect(circleci.releasePath(readExample('circleci'))).toMatchObject({
      repository: 'github.com/acme/left-pad',
      repositoryUrl: 'https://github.com/acme/left-pad',
      repositoryId: words.projectId,
      ownerId: words.organizationId,
      workflow: words.pipelineDefinitionId,
      ref: 'refs/tags/v1.4.2',
      refType: 'tag',
    });
  });

  it('makes no address of an origin that is none', () => {
    const claims = readExample('circleci', { [claim.vcsOrigin]: 'github.com/<script>/x' });
    expect(circleci.releasePath(claims).repositoryUrl).toBeUndefined();
  });

  it('matches by its ids', () => {
    expect(matches({})).toEqual({ matches: true, pins: {}, unpinned: [] });
    expect(matches({ [claim.projectId]: words.organizationId }).matches).toBe(false);
  });

  it('has to use all contexts of the rule, and may use more', () => {
    const more = [...words.contextIds, words.projectId];
    expect(matches({ [claim.contextIds]: more }).matches).toBe(true);
    expect(matches({ [claim.contextIds]: [words.projectId] }).matches).toBe(false);
    expect(matches({ [claim.contextIds]: [] }).matches).toBe(false);
  });

  it('refuses the build of a fork, which has another origin (pitfall 8)', () => {
    expect(matches({ [claim.vcsOrigin]: 'github.com/evil/left-pad' }).matches).toBe(false);
    expect(matches({ [claim.vcsOrigin]: undefined }).matches).toBe(false);
  });

  it('lets nobody leave the origin out of a rule (pitfall 8)', () => {
    const conditions = publisher.conditions.filter((wanted) => wanted.claim !== claim.vcsOrigin);
    expect(() => parseRule({ ...publisher, id: '1', conditions })).toThrow(/vcs-origin/);
  });

  it.each([true, 'true'])('refuses a job that a person is in with SSH: %s (pitfall 9)', (rerun) => {
    expect(matches({ [claim.sshRerun]: rerun })).toMatchObject({ matches: false, reasons: [{ what: 'untrusted' }] });
  });

  it('has no jti and types that are its own (T4)', () => {
    expect(circleci.replayKey).toBe('token-hash');
    expect(() => readExample('circleci', { [claim.sshRerun]: 'perhaps' })).toThrow('ssh-rerun');
    expect(() => readExample('circleci', { [claim.contextIds]: 'one' })).toThrow('context-ids');
    expect(() => readExample('circleci', { [claim.projectId]: undefined })).toThrow('project-id');
  });
});
