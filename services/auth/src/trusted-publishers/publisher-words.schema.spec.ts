import { fromGithub } from '@waybill/trusted-publishing';
import { describe, expect, it } from 'vitest';
import { ruleOf } from './publisher-words.schema.js';

const words = { owner: 'acme', repository: 'left-pad', workflow: 'release.yml' };
const coded = (code: string): unknown => expect.objectContaining({ code });

describe('the words of a rule', () => {
  it('are those of one provider, narrowed by what stands beside them', () => {
    const rule = ruleOf({ github: words, environment: 'release', refs: ['refs/tags/v*'], events: ['push'] });
    expect(rule).toMatchObject({ environment: 'release', refs: ['refs/tags/v*'], events: ['push'], pinned: {} });
    expect(ruleOf({ gitlab: { projectPath: 'acme/left-pad' } }).conditions).toContainEqual({
      claim: 'ci_config_path',
      is: '.gitlab-ci.yml',
    });
    const { provider, issuer, conditions } = rule;
    expect(ruleOf({ rule: { provider, issuer, conditions } })).toMatchObject({ provider, conditions, pinned: {} });
  });

  it('are of one provider: not of none, and not of two', () => {
    const malformed = coded('trusted-publisher.malformed');
    expect(() => ruleOf({})).toThrow(malformed);
    expect(() => ruleOf({ github: words, gitlab: { projectPath: 'acme/left-pad' } })).toThrow(malformed);
    expect(() => ruleOf({ github: { ...words, surprise: true } })).toThrow(coded('request.invalid'));
    expect(() => ruleOf({ rule: { provider: 'github-actions' } })).toThrow(malformed);
  });

  it('of a change stay where they are not said, and go where null is (RFC 7396)', () => {
    const before = ruleOf({ github: words, environment: 'release', events: ['push'] });
    expect(ruleOf({ events: null, runner: 'hosted' }, before)).toEqual({
      ...ruleOf({ github: words, environment: 'release' }),
      runner: 'hosted',
    });
  });

  it('keep what was pinned, but not for another repository, and not where pins are said (T8)', () => {
    const before = { ...fromGithub(words), pinned: { repository_id: '17' } };
    const workflow = { ...words, workflow: 'publish.yml' };
    expect(ruleOf({ github: workflow }, before).pinned).toEqual({ repository_id: '17' });
    expect(ruleOf({ github: { ...words, repository: 'right-pad' } }, before).pinned).toEqual({});
    expect(ruleOf({ github: { ...words, pinned: {} } }, before).pinned).toEqual({});
  });
});
