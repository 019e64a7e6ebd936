import { describe, expect, it } from 'vitest';
import { issuers, readExample } from '../test/read-example.js';
import { lookupKey, lookupKeys } from './anchor.js';
import type { Condition } from './conditions/condition.js';
import { matchPublisher } from './match-publisher.js';
import type { ProviderName } from './provider-name.js';
import { providerNames } from './provider-name.js';
import { providers } from './providers/providers.js';

function ruleOf(provider: ProviderName, conditions: Condition[]) {
  return { provider, issuer: issuers[provider], conditions, pinned: {} };
}

describe('what a rule is found by', () => {
  it.each(providerNames.filter((name) => name !== 'generic'))('is among the keys of the tokens of %s', (name) => {
    const claims = readExample(name);
    const anchors = providers[name].anchors as readonly (readonly string[])[];
    const rules = anchors
      .filter((anchor) => anchor.every((claim) => claims.values.has(claim)))
      .map((anchor) =>
        ruleOf(
          name,
          anchor.map((claim) => ({ claim, is: String(claims.values.get(claim)) })),
        ),
      );
    expect(rules.length).toBeGreaterThan(0);
    for (const rule of rules) expect(lookupKeys(name, claims)).toContain(lookupKey(rule));
    expect(lookupKeys(name, claims).length).toBeLessThanOrEqual(anchors.length);
  });

  it('is the same for names that the provider takes for the same (T8)', () => {
    const upper = ruleOf('github-actions', [{ claim: 'repository', is: 'ACME/Left-Pad' }]);
    expect(lookupKeys('github-actions', readExample('github-actions'))).toContain(lookupKey(upper));
  });

  it('is of a generic issuer its first exact condition, of lists each member', () => {
    const rule = ruleOf('generic', [
      { claim: 'team', matches: 'a*' },
      { claim: 'aud', is: 'npm:waybill.example' },
      { claim: 'scopes', is: 'publish' },
    ]);
    const claims = readExample('generic');
    expect(lookupKeys('generic', claims)).toContain(lookupKey(rule));
    expect(lookupKeys('generic', readExample('generic', { scopes: ['build'] }))).not.toContain(lookupKey(rule));
  });

  it('is not confused by what is in a claim', () => {
    const one = ruleOf('buildkite', [
      { claim: 'organization_slug', is: 'a' },
      { claim: 'pipeline_slug', is: 'b","c' },
    ]);
    const other = ruleOf('buildkite', [
      { claim: 'organization_slug', is: 'a","b' },
      { claim: 'pipeline_slug', is: 'c' },
    ]);
    expect(lookupKey(one)).not.toBe(lookupKey(other));
  });

  it('leaves one of ten thousand rules of an issuer to be matched', () => {
    const rules = Array.from({ length: 10_000 }, (_, index) =>
      ruleOf('github-actions', [{ claim: 'repository', is: index === 4711 ? 'acme/left-pad' : `acme/pad-${index}` }]),
    );
    const index = Map.groupBy(rules, lookupKey);
    const claims = readExample('github-actions');
    const found = lookupKeys('github-actions', claims).flatMap((key) => index.get(key) ?? []);
    expect(found).toHaveLength(1);
    expect(found.filter((rule) => matchPublisher(rule, claims).matches)).toHaveLength(1);
  });

  it('is nothing of a rule that was not parsed', () => {
    expect(() => lookupKey(ruleOf('jenkins', []))).toThrow(TypeError);
  });
});
