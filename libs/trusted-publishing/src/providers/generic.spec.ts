import { describe, expect, it } from 'vitest';
import { issuers, readExample } from '../../test/read-example.js';
import { matchPublisher } from '../match-publisher.js';
import { parseRule } from '../trusted-publisher-rule.js';
import { generic } from './generic.js';
import { providers } from './providers.js';

const conditions = [
  { claim: 'team', is: 'acme' },
  { claim: 'scopes', is: 'publish' },
];
const publisher = parseRule({ id: '1', provider: 'generic', issuer: issuers.generic, conditions, pinned: {} });

function matches(changes: Record<string, unknown>, rule = publisher) {
  return matchPublisher(rule, readExample('generic', changes));
}

describe('any other issuer', () => {
  it('keeps the slash at its end, which is part of its name (T3)', () => {
    expect(generic.issuerOf('https://login.acme.example/')).toBe('https://login.acme.example/');
    expect(matches({ iss: 'https://login.acme.example' }).matches).toBe(false);
  });

  it.each(Object.values(providers).flatMap((profile) => profile.publicIssuers))(
    'is not %s, whose own profile knows what to refuse',
    (issuer) => {
      expect(generic.issuerOf(issuer)).toBeUndefined();
    },
  );

  it.each([
    'http://login.acme.example',
    'https://a:b@login.acme.example',
    'https://x.example/#a',
    'file:///etc/passwd',
  ])('is not %s', (issuer) => {
    expect(generic.issuerOf(issuer)).toBeUndefined();
  });

  it('matches what its administrator chose, lists by a member', () => {
    expect(matches({})).toEqual({ matches: true, pins: {}, unpinned: [] });
    expect(matches({ scopes: ['build'] })).toMatchObject({ matches: false, proven: false });
    expect(matches({ team: 'Acme' }).matches).toBe(false);
  });

  it.each(['iss', 'aud', 'jti'])('has no rule by %s alone, which everybody has', (claim) => {
    expect(() => parseRule({ ...publisher, conditions: [{ claim, is: 'x' }] })).toThrow('exact condition');
  });

  it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])('does not find %s in an object', (claim) => {
    expect(matches({}, { ...publisher, conditions: [{ claim, matches: '**' }] }).matches).toBe(false);
  });

  it('is told by who it is', () => {
    expect(generic.releasePath(readExample('generic'))).toMatchObject({ actor: 'builder-7' });
  });
});
