import { describe, expect, it } from 'vitest';
import { issuers, readExample } from '../../test/read-example.js';
import { matchPublisher } from '../match-publisher.js';
import { parseRule } from '../trusted-publisher-rule.js';
import { buildkite } from './buildkite.js';

const conditions = [
  { claim: 'organization_slug', is: 'acme' },
  { claim: 'pipeline_slug', is: 'left-pad' },
];
const publisher = parseRule({ id: '1', provider: 'buildkite', issuer: issuers.buildkite, conditions, pinned: {} });
const ids = { organization_id: '0b1c', pipeline_id: '2d3e' };

function matches(changes: Record<string, unknown>, rule = publisher) {
  return matchPublisher(rule, readExample('buildkite', changes));
}

describe('Buildkite', () => {
  it('has one issuer for everybody, so that a pipeline without its organization is nobody’s (T3)', () => {
    expect(buildkite.issuerOf('https://agent.buildkite.com')).toBe('https://agent.buildkite.com');
    expect(buildkite.issuerOf('https://agent.buildkite.com/acme')).toBeUndefined();
    const rule = { ...publisher, conditions: conditions.slice(1) };
    expect(() => parseRule(rule)).toThrow('organization_slug');
    expect(matches({ organization_slug: 'evil' })).toMatchObject({ matches: false, proven: false });
  });

  it('says how the release came', () => {
    expect(buildkite.releasePath(readExample('buildkite', ids))).toEqual({
      provider: 'buildkite',
      issuer: 'https://agent.buildkite.com',
      repository: 'acme/left-pad',
      repositoryId: '2d3e',
      owner: 'acme',
      ownerId: '0b1c',
      workflow: 'publish',
      ref: 'refs/tags/v1.4.2',
      refType: 'tag',
      commit: '9f3182061f1e2cca4702c368cbc039b7dc9d4485',
      event: 'webhook',
      runner: 'self-hosted',
      runId: '1',
      runUrl: 'https://buildkite.com/acme/left-pad/builds/1',
    });
  });

  it('of a build without a tag has the branch', () => {
    const claims = readExample('buildkite', { build_tag: null });
    expect(buildkite.releasePath(claims)).toMatchObject({ ref: 'refs/heads/main', refType: 'branch' });
  });

  it('pins the ids, if the job asked for them (pitfall 2, T8)', () => {
    expect(matches({})).toEqual({ matches: true, pins: {}, unpinned: ['pipeline_id', 'organization_id'] });
    expect(matches(ids)).toEqual({ matches: true, pins: ids, unpinned: [] });
  });

  it('refuses an organization made anew that does not ask for them (T8)', () => {
    expect(matches({}, { ...publisher, pinned: ids })).toMatchObject({ matches: false, proven: false });
  });

  it('tells the hosted from the customer’s own machines (pitfall 9)', () => {
    expect(matches({}, { ...publisher, runner: 'hosted' }).matches).toBe(false);
    expect(matches({ runner_environment: 'buildkite-hosted' }, { ...publisher, runner: 'hosted' }).matches).toBe(true);
  });

  it('has no jti and types that are its own (T4)', () => {
    expect(buildkite.replayKey).toBe('token-hash');
    expect(() => readExample('buildkite', { pipeline_slug: 3 })).toThrow('pipeline_slug');
    expect(() => readExample('buildkite', { build_number: {} })).toThrow('build_number');
  });
});
