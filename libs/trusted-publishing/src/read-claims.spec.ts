import { DomainError } from '@waybill/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { examplePayload, issuers, readExample } from '../test/read-example.js';
import { providerNames } from './provider-name.js';
import { providers } from './providers/providers.js';
import { readClaims } from './read-claims.js';
import { replayKeyOf } from './replay-key.js';
import type { TokenClaims } from './token-claims.js';
import { textOf } from './token-claims.js';

/** Who says how the release came, or the error; both for any token. */
function outcomeOf(read: () => TokenClaims): unknown {
  try {
    const claims = read();
    const profile = providers[claims.provider];
    profile.distrust?.(claims);
    return profile.releasePath(claims).provider;
  } catch (error) {
    return error;
  }
}

describe.each(providerNames)('the claims of %s', (name) => {
  const profile = providers[name];

  it('are read, from an issuer that is one of its own', () => {
    expect(profile.issuerOf(issuers[name])).toBe(issuers[name]);
    expect(readExample(name)).toMatchObject({ provider: name, issuer: issuers[name] });
  });

  it.each(['iss', 'sub', 'aud', 'exp', 'iat'])('are none without %s, or with another type there (T4)', (claim) => {
    for (const value of [undefined, null, {}, true]) {
      const error: unknown = expect.objectContaining({ code: 'oidc.claim-malformed', details: { claim } });
      expect(() => readExample(name, { [claim]: value })).toThrow(error);
    }
  });

  it.each(['nbf', 'jti'])('are none with another type of %s (T4)', (claim) => {
    expect(() => readExample(name, { [claim]: {} })).toThrow(claim);
  });

  it('are read or refused with 400, whatever is in the token (T4)', () => {
    const changes = fc.dictionary(fc.constantFrom(...Object.keys(examplePayload(name))), fc.jsonValue(), {
      maxKeys: 3,
    });
    fc.assert(
      fc.property(changes, (claims) => {
        const outcome = outcomeOf(() => readExample(name, claims));
        expect(outcome instanceof DomainError ? outcome.code : outcome).toBe(
          outcome instanceof DomainError ? 'oidc.claim-malformed' : name,
        );
      }),
      { numRuns: 50 },
    );
  });

  it('tell a release path whose every text is bounded', () => {
    const texts = Object.values(profile.releasePath(readExample(name))).map(String);
    expect(texts.every((text) => text.length > 0 && text.length <= 1100)).toBe(true);
  });
});

describe('the claims of a token', () => {
  it('are texts, or lists of them; what is empty or too long is not there', () => {
    const read = readExample('generic', {
      a: 7,
      b: false,
      c: null,
      d: '',
      e: 'x'.repeat(1001),
      f: [],
      g: [1, 'x', {}],
    });
    expect(textOf(read, 'a')).toBe('7');
    expect(textOf(read, 'b')).toBe('false');
    expect(['c', 'd', 'e', 'f'].filter((claim) => read.values.has(claim))).toEqual([]);
    expect(read.values.get('g')).toEqual(['1', 'x']);
  });

  it('are refused if there are too many, or too deep', () => {
    const many = Object.fromEntries(Array.from({ length: 201 }, (_, index) => [`c${index}`, 'x']));
    expect(() => readExample('generic', many)).toThrow('not what it has to be');
    expect(() => readExample('generic', { a: { b: { c: { d: { e: 'x' } } } } })).toThrow('not what it has to be');
  });

  it('name only the beginning of a malformed one', () => {
    const claims = { ...examplePayload('generic'), ['x'.repeat(5000)]: { 'y.z': 1, y: { z: 2 } } };
    expect(() => readClaims('generic', claims)).toThrow(
      expect.objectContaining({ details: { claim: 'x'.repeat(100) } }),
    );
  });
});

describe('what a token is remembered by (pitfall 15)', () => {
  const token = 'aGVhZGVy.cGF5bG9hZA.c2lnbmF0dXJl';

  it('is its jti where the issuer has one', () => {
    expect(replayKeyOf(providers['github-actions'], readExample('github-actions'), token)).toBe('jti:b6a3a0e0-one');
  });

  it('is otherwise a hash of what was signed, so that another form of the signature is not another token (T2)', () => {
    const key = replayKeyOf(providers.circleci, readExample('circleci'), token);
    expect(key).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(replayKeyOf(providers.circleci, readExample('circleci'), 'aGVhZGVy.cGF5bG9hZA.b3RoZXI')).toBe(key);
    expect(replayKeyOf(providers.circleci, readExample('circleci'), 'aGVhZGVy.b3RoZXI.c2lnbmF0dXJl')).not.toBe(key);
  });
});
