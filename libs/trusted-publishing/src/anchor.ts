import { createHash } from 'node:crypto';
import { folded } from './case-rule.js';
import type { Condition } from './conditions/condition.js';
import type { ProviderName } from './provider-name.js';
import { providers } from './providers/providers.js';
import type { TokenClaims } from './token-claims.js';

/** The exact conditions of a rule that say whose tokens it is about. */
export type Anchor = readonly { readonly claim: string; readonly is: string }[];

interface Anchored {
  readonly provider: ProviderName;
  readonly conditions: readonly Condition[];
}

/** What every token of an issuer has, or none has twice. */
const claimsOfEverybody = new Set(['iss', 'aud', 'exp', 'iat', 'nbf', 'jti']);

/** The narrowest anchor that the rule has all exact conditions of. */
export function anchorOf({ provider, conditions }: Anchored): Anchor | undefined {
  const exact = conditions.flatMap((wanted) => ('is' in wanted ? [wanted] : []));
  const { anchors } = providers[provider];
  if (anchors === 'any') {
    const own = exact.find(({ claim }) => !claimsOfEverybody.has(claim));
    return own && [own];
  }
  for (const claims of anchors) {
    const found = claims.flatMap((claim) => exact.find((wanted) => wanted.claim === claim) ?? []);
    if (found.length === claims.length) return found;
  }
  return undefined;
}

/**
 * What a stored rule is found by, together with its issuer: an index over (issuer, lookup key) has the rules that a token can match,
 * however many others the issuer has. It has 43 characters.
 */
export function lookupKey(rule: Anchored): string {
  const anchor = anchorOf(rule);
  if (anchor === undefined) throw new TypeError('A rule without an anchor was not parsed.');
  return keyOf(rule.provider, anchor);
}

/** The lookup keys of all rules that a token can match: at most as many as its provider has anchors, or it has claims. */
export function lookupKeys(provider: ProviderName, claims: TokenClaims): string[] {
  const { anchors } = providers[provider];
  if (anchors === 'any') {
    const single = [...claims.values].flatMap(([claim, value]) => [value].flat().map((is) => [{ claim, is }]));
    const own = single.filter(([first]) => first !== undefined && !claimsOfEverybody.has(first.claim));
    return [...new Set(own.slice(0, maxLookupKeys).map((anchor) => keyOf(provider, anchor)))];
  }
  return anchors.flatMap((names) => {
    const anchor = names.flatMap((claim) => {
      const is = claims.values.get(claim);
      return typeof is === 'string' ? [{ claim, is }] : [];
    });
    return anchor.length === names.length ? [keyOf(provider, anchor)] : [];
  });
}

/** A generic token has a key for each of its claims; real ones have fewer than a hundred. */
const maxLookupKeys = 500;

function keyOf(provider: ProviderName, anchor: Anchor): string {
  const { names } = providers[provider];
  const parts = anchor.flatMap(({ claim, is }) => [claim, folded(is, names[claim] ?? 'exact')]);
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}
