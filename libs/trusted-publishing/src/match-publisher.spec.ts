import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { issuers, readExample } from '../test/read-example.js';
import type { Condition } from './conditions/condition.js';
import { matchPublisher, pinsOfPath } from './match-publisher.js';
import { describeMismatch } from './mismatch.js';
import { providerNames } from './provider-name.js';
import { providers } from './providers/providers.js';
import type { TokenClaims } from './token-claims.js';
import type { TrustedPublisherRule } from './trusted-publisher-rule.js';

const publisher: TrustedPublisherRule = {
  id: '1',
  provider: 'github-actions',
  issuer: issuers['github-actions'],
  conditions: [
    { claim: 'repository', is: 'acme/left-pad' },
    { claim: 'workflow_path', is: '.github/workflows/release.yml' },
  ],
  pinned: {},
};
const ids = { repository_id: '74', repository_owner_id: '65' };

function matches(changes: Record<string, unknown>, rule: Partial<TrustedPublisherRule> = {}) {
  return matchPublisher({ ...publisher, ...rule }, readExample('github-actions', changes));
}

const words = fc.string({ unit: fc.constantFrom('a', 'B', '/', '.', '-'), maxLength: 6 });
const names = fc.constantFrom('repository', 'team', 'sub', 'constructor', '__proto__');
const conditions: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({ claim: names, is: words }),
  fc.record({ claim: names, in: fc.array(words, { minLength: 1, maxLength: 3 }) }),
  fc.record({ claim: names, matches: fc.oneof(words, fc.constantFrom('*', '**', '**/*')) }),
);
const tokens = fc.record({
  provider: fc.constantFrom(...providerNames),
  issuer: fc.constantFrom(...Object.values(issuers)),
  values: fc
    .dictionary(names, fc.oneof(words, fc.array(words, { maxLength: 3 })))
    .map((claims) => new Map(Object.entries(claims))),
}) satisfies fc.Arbitrary<TokenClaims>;

describe('matchPublisher, whatever is in rule and token', () => {
  it('never matches a token of another issuer, and says nothing about the rule (T3)', () => {
    fc.assert(
      fc.property(tokens, fc.array(conditions, { minLength: 1 }), words, (claims, wanted, other) => {
        const rule = {
          ...publisher,
          provider: claims.provider,
          issuer: claims.issuer + (other || '/'),
          conditions: wanted,
        };
        expect(matchPublisher(rule, claims)).toEqual({ matches: false, proven: false, reasons: [{ what: 'issuer' }] });
      }),
    );
  });

  it('never matches a claim that is missing or empty', () => {
    fc.assert(
      fc.property(tokens, conditions, fc.constantFrom(undefined, '', [], ['']), (claims, wanted, nothing) => {
        const values = new Map(claims.values);
        if (nothing === undefined) values.delete(wanted.claim);
        else values.set(wanted.claim, nothing);
        const rule = { ...publisher, provider: claims.provider, issuer: claims.issuer, conditions: [wanted] };
        expect(matchPublisher(rule, { ...claims, values }).matches).toBe(false);
      }),
    );
  });

  it('never matches a rule without conditions, or with a pinned id that the token does not have (T8)', () => {
    fc.assert(
      fc.property(tokens, words, (claims, id) => {
        const rule = { ...publisher, provider: claims.provider, issuer: claims.issuer };
        expect(matchPublisher({ ...rule, conditions: [] }, claims).matches).toBe(false);
        expect(matchPublisher({ ...rule, pinned: { unknown: id } }, claims).matches).toBe(false);
      }),
    );
  });

  it('never matches because of one condition more', () => {
    const claims = readExample('github-actions', { repository: 'acme/other' });
    fc.assert(
      fc.property(fc.array(conditions, { maxLength: 5 }), (more) => {
        const rule = { ...publisher, conditions: [...more, ...publisher.conditions] };
        expect(matchPublisher(rule, claims).matches).toBe(false);
      }),
    );
  });
});

describe('a repository that is not the one that was meant (T8)', () => {
  it('has another id under the same name: refused, and not told why (pitfall 20)', () => {
    expect(matches({ repository_id: '99' }, { pinned: ids })).toEqual({
      matches: false,
      proven: false,
      reasons: [{ what: 'pinned', claim: 'repository_id', expected: '74', actual: '99' }],
    });
  });

  it('was given to another owner of that name: refused', () => {
    expect(matches({ repository_owner_id: '66' }, { pinned: ids }).matches).toBe(false);
  });

  it('was renamed: refused, but its owner is told, as the id is the same', () => {
    expect(matches({ repository: 'acme/right-pad' }, { pinned: ids })).toMatchObject({
      matches: false,
      proven: true,
      reasons: [{ what: 'condition', claim: 'repository', expected: 'acme/left-pad', actual: 'acme/right-pad' }],
    });
  });

  it('was renamed: still matches a rule by id', () => {
    const byId = { conditions: [{ claim: 'repository_id', is: '74' }] };
    expect(matches({ repository: 'acme/right-pad' }, byId)).toMatchObject({ matches: true });
  });

  it('has a name that only Unicode takes for the same', () => {
    const kelvin = { conditions: [{ claim: 'repository', is: 'acme/kelvin' }] };
    expect(matches({ repository: 'acme/KELVIN' }, kelvin).matches).toBe(true);
    expect(matches({ repository: 'acme/\u{212A}elvin' }, kelvin).matches).toBe(false);
    expect(matches({ repository: 'acme/ke\u{0130}vin' }, kelvin).matches).toBe(false);
  });
});

describe('who is told why (pitfall 20)', () => {
  it('the owner of the repository', () => {
    expect(matches({ event_name: 'push' }, { events: ['release'] })).toMatchObject({ matches: false, proven: true });
  });

  it('nobody of another repository', () => {
    expect(matches({ repository: 'evil/left-pad' })).toMatchObject({ matches: false, proven: false });
  });

  it('nobody who is only of the same owner', () => {
    const onlyOwner = { pinned: { repository_owner_id: '65' } };
    expect(matches({ repository: 'acme/other' }, onlyOwner)).toMatchObject({ proven: false });
  });
});

describe('where a token comes from (T9)', () => {
  const everything = {
    environment: 'release',
    refs: ['refs/tags/v*'],
    requireProtectedRef: true,
    events: ['push', 'release'],
    runner: 'hosted' as const,
  };

  it('is as the rule wants', () => {
    expect(matches({ environment: 'Release' }, everything).matches).toBe(true);
  });

  it.each([
    [{ environment: undefined }, 'environment'],
    [{ environment: 'staging' }, 'environment'],
    [{ ref: 'refs/heads/main' }, 'ref'],
    [{ ref: 'refs/tags/v1/evil' }, 'ref'],
    [{ ref_protected: 'false' }, 'protected-ref'],
    [{ ref_protected: undefined }, 'protected-ref'],
    [{ event_name: 'workflow_dispatch' }, 'event'],
    [{ runner_environment: 'self-hosted' }, 'runner'],
    [{ runner_environment: undefined }, 'runner'],
  ])('%j is not (%s)', (changes, what) => {
    const workflow_ref = 'acme/left-pad/.github/workflows/release.yml@refs/x';
    const result = matches({ environment: 'release', workflow_ref, ...changes }, everything);
    expect(result).toMatchObject({ matches: false, proven: true, reasons: [{ what }] });
    expect(result.matches ? '' : describeMismatch(result.reasons[0]!)).toMatch(/\.$/);
  });

  it('is refused for all reasons at once, cut to what can be shown', () => {
    const result = matches({ environment: 'x'.repeat(900), runner_environment: 'self-hosted' }, everything);
    expect(result).toMatchObject({ reasons: [{ actual: 'x'.repeat(200) }, { what: 'runner' }] });
  });
});

describe('what a first release pins (T8)', () => {
  const path = { provider: 'github-actions', issuer: publisher.issuer, repositoryId: '100', ownerId: '65' };

  it.each(providerNames)('is what a token of %s says itself, as far as its path tells it', (provider) => {
    const claims = readExample(provider);
    const profile = providers[provider];
    const told = profile.releasePath(claims);
    const named = profile.identities.flatMap(({ id, inPath }) => (inPath === undefined ? [] : [{ id, inPath }]));
    expect(named.map(({ inPath }) => told[inPath])).toEqual(named.map(({ id }) => claims.values.get(id)));
  });

  it('is nothing that the rule knows, and nothing of another issuer', () => {
    expect(pinsOfPath(publisher, path)).toEqual({ repository_id: '100', repository_owner_id: '65' });
    const known = { ...publisher, pinned: { repository_id: '9' } };
    expect(pinsOfPath(known, path)).toEqual({ repository_owner_id: '65' });
    expect(pinsOfPath(publisher, { ...path, issuer: 'https://elsewhere.example' })).toEqual({});
    expect(pinsOfPath(publisher, { ...path, provider: 'forgejo-actions' })).toEqual({});
  });
});
