import { describe, expect, it } from 'vitest';
import { origin, provenance, publisherWith } from '../../test/release-origins.js';
import { isSourceVerified, sourceFinding } from './source.rules.js';

const trusted = origin({ trustedPublisher: publisherWith() });

describe('the source that a release claims (P14)', () => {
  it.each([
    'https://github.com/acme/left-pad',
    'https://github.com/Acme/Left-Pad.git',
    'http://www.github.com/acme/left-pad/',
    'git+https://github.com/acme/left-pad.git',
    'git+ssh://git@github.com/acme/left-pad.git',
    'ssh://git@github.com:22/acme/left-pad.git',
    'git://github.com/acme/left-pad.git#main',
    'git@github.com:acme/left-pad.git',
    'github:acme/left-pad',
    'acme/left-pad',
    'github.com/acme/left-pad',
    'https://user:secret@github.com/acme/left-pad?x=1#readme',
    'https://github.com/acme/left-pad/tree/main/packages/core',
    'https://github.com/acme/left-pad.git/tree/main',
  ])('is verified where it came from there: %s', (claimed) => {
    expect(isSourceVerified(claimed, trusted)).toBe(true);
    expect(sourceFinding(claimed, trusted, 'flag')).toBeUndefined();
  });

  it.each([
    'https://github.com/lodash/lodash',
    'https://github.com/acme',
    'https://github.com/acme/left-pad-evil',
    'https://github.com/acme/left-pad/../../lodash/lodash',
    'https://github.com/acme%2Fleft-pad',
    'https://github.com/acme%5Cleft-pad/x',
    'https://github.com.evil.example/acme/left-pad',
    'https://github.com@evil.example/acme/left-pad',
    'https://evil.example/github.com/acme/left-pad',
    'https://github.com:8443/acme/left-pad',
    'https://github.com//acme/left-pad',
    'https://github.com/%ff/left-pad',
    'gitlab:acme/left-pad',
    'lodash/lodash',
    'javascript:alert(1)',
    'file:///acme/left-pad',
    'see our website',
    `https://github.com/${'a/'.repeat(200)}`,
  ])('is not where it did not: %s', (claimed) => {
    expect(isSourceVerified(claimed, trusted)).toBe(false);
    expect(sourceFinding(claimed, trusted, 'flag')).toMatchObject({
      rule: 'P14',
      code: 'source.unverified',
      level: 'flag',
      message: expect.stringContaining('it came from https://github.com/acme/left-pad') as string,
    });
  });

  it('cannot be told where nothing is claimed, or nothing is known of where it came from', () => {
    expect(isSourceVerified(undefined, trusted)).toBeNull();
    expect(isSourceVerified(' ', trusted)).toBeNull();
    expect(isSourceVerified('https://github.com/acme/left-pad', origin())).toBeNull();
    expect(sourceFinding('https://github.com/acme/left-pad', origin(), 'flag')).toBeUndefined();
  });

  it('is also held against provenance, and has to agree with all that is known', () => {
    const claimed = 'https://github.com/acme/left-pad';
    expect(isSourceVerified(claimed, origin({ provenance }))).toBe(true);
    const elsewhere = { ...provenance, repositoryUrl: 'https://github.com/acme/other' };
    expect(isSourceVerified(claimed, { ...trusted, provenance: elsewhere })).toBe(false);
  });

  it('is of groups inside of groups at GitLab', () => {
    const repositoryUrl = 'https://gitlab.com/acme/tools/left-pad';
    const ofGroups = origin({ trustedPublisher: publisherWith({ repositoryUrl }) });
    expect(isSourceVerified('gitlab:acme/tools/left-pad', ofGroups)).toBe(true);
    expect(isSourceVerified(`${repositoryUrl}/-/tree/main`, ofGroups)).toBe(true);
    expect(isSourceVerified('https://gitlab.com/acme/tools', ofGroups)).toBe(false);
  });
});
