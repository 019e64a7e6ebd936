import { describe, expect, it } from 'vitest';
import { issuers, readExample } from '../../test/read-example.js';
import { matchPublisher } from '../match-publisher.js';
import { parseRule } from '../trusted-publisher-rule.js';
import { jenkins } from './jenkins.js';

const conditions = [{ claim: 'sub', is: 'https://jenkins.acme.example/job/left-pad/job/release/' }];
const publisher = parseRule({ id: '1', provider: 'jenkins', issuer: issuers.jenkins, conditions, pinned: {} });

describe('Jenkins', () => {
  it('has an issuer of its own, or of a folder, and no provider’s (T3)', () => {
    expect(jenkins.issuerOf(issuers.jenkins)).toBe(issuers.jenkins);
    expect(jenkins.issuerOf('https://jenkins.acme.example/job/team/oidc')).toBeDefined();
    expect(jenkins.issuerOf('https://accounts.google.com')).toBeUndefined();
  });

  it('says how the release came, without an address, as all is text of its administrator (pitfall 22)', () => {
    expect(jenkins.releasePath(readExample('jenkins'))).toEqual({
      provider: 'jenkins',
      issuer: issuers.jenkins,
      workflow: 'https://jenkins.acme.example/job/left-pad/job/release/',
      runner: 'self-hosted',
      runId: '42',
    });
  });

  it('matches the whole subject and no beginning of it (pitfalls 1 and 22)', () => {
    expect(matchPublisher(publisher, readExample('jenkins')).matches).toBe(true);
    for (const sub of ['https://jenkins.acme.example/job/left-pad/job/release/x', 'HTTPS://jenkins.acme.example/']) {
      expect(matchPublisher(publisher, readExample('jenkins', { sub })).matches).toBe(false);
    }
  });

  it('has no rule without an exact subject', () => {
    const glob = [{ claim: 'sub', matches: 'https://jenkins.acme.example/**' }];
    expect(() => parseRule({ ...publisher, conditions: glob })).toThrow('sub');
  });

  it.each([undefined, '', 7, ['a']])('needs a subject that is not %j (T4)', (sub) => {
    expect(() => readExample('jenkins', { sub })).toThrow('sub');
  });
});
