import type { ReleasePath } from '@waybill/domain';
import { anchorOf } from './anchor.js';
import { folded } from './case-rule.js';
import type { Condition } from './conditions/condition.js';
import { isMet } from './conditions/condition.js';
import { globMatches } from './conditions/glob.js';
import { mismatch } from './mismatch.js';
import type { MismatchReason } from './mismatch.js';
import type { Identity, ProviderProfile } from './providers/provider-profile.js';
import { providers } from './providers/providers.js';
import type { TokenClaims } from './token-claims.js';
import { textOf } from './token-claims.js';
import type { TrustedPublisherRule } from './trusted-publisher-rule.js';

export type PublisherMatch =
  | {
      readonly matches: true;
      /** Ids that the rule does not know yet, to be pinned with this first use. */
      readonly pins: Readonly<Record<string, string>>;
      /** Ids that the token does not tell, so that only names protect the rule. */
      readonly unpinned: readonly string[];
    }
  | {
      readonly matches: false;
      /** Whether the token is of the very repository that the rule names: only then its owner is told the reasons (pitfall 20). */
      readonly proven: boolean;
      readonly reasons: readonly MismatchReason[];
    };

type Rule = Omit<TrustedPublisherRule, 'id'>;

/** Whether a rule trusts a token, whose signature, times and audience were verified. */
export function matchPublisher(rule: Rule, claims: TokenClaims): PublisherMatch {
  // Nothing of another issuer is looked at: it could say anything (T3).
  if (rule.issuer !== claims.issuer || rule.provider !== claims.provider) {
    return { matches: false, proven: false, reasons: [mismatch('issuer', {})] };
  }
  const profile = providers[rule.provider];
  const reasons = [
    ...unmetConditions(rule, claims, profile),
    ...changedIds(rule, claims),
    ...unmetContext(rule, claims, profile),
    ...untrusted(claims, profile),
  ];
  // A rule that was not parsed could have no anchor; it is nobody's then.
  if (reasons.length > 0 || anchorOf(rule) === undefined) {
    return { matches: false, proven: isProven(rule, claims, profile), reasons };
  }
  const fresh = unpinnedOf(rule).map(({ id }) => id);
  const pins = fresh.flatMap((id): [string, string][] => {
    const value = textOf(claims, id);
    return value === undefined ? [] : [[id, value]];
  });
  return {
    matches: true,
    pins: Object.fromEntries(pins),
    unpinned: fresh.filter((id) => textOf(claims, id) === undefined),
  };
}

/**
 * Ids that the first release from a publisher pins in its rule, if its exchange did not: those that its path tells. None for a path of
 * another issuer.
 */
export function pinsOfPath(rule: Rule, path: ReleasePath): Readonly<Record<string, string>> {
  if (rule.issuer !== path.issuer || rule.provider !== path.provider) return {};
  const pins = unpinnedOf(rule).flatMap(({ id, inPath }): [string, string][] => {
    const value = inPath && path[inPath];
    return value === undefined ? [] : [[id, value]];
  });
  return Object.fromEntries(pins);
}

/** Ids of what the rule names that it does not know yet. */
function unpinnedOf(rule: Rule): readonly Identity[] {
  return providers[rule.provider].identities.filter(
    ({ id, of, within = [] }) => [of, ...within].some((name) => isNamed(rule, name)) && !Object.hasOwn(rule.pinned, id),
  );
}

function unmetConditions(rule: Rule, claims: TokenClaims, profile: ProviderProfile): MismatchReason[] {
  return rule.conditions
    .filter((wanted) => !isMet(wanted, claims, profile.names[wanted.claim] ?? 'exact'))
    .map((wanted) =>
      mismatch('condition', {
        claim: wanted.claim,
        expected: textOfWanted(wanted),
        actual: shown(claims, wanted.claim),
      }),
    );
}

function textOfWanted(wanted: Condition): string {
  if ('is' in wanted) return wanted.is;
  return 'in' in wanted ? wanted.in.join(', ') : wanted.matches;
}

function shown(claims: TokenClaims, claim: string): string | undefined {
  const value = claims.values.get(claim);
  return typeof value === 'string' || value === undefined ? value : value.join(', ');
}

function changedIds(rule: Rule, claims: TokenClaims): MismatchReason[] {
  return Object.entries(rule.pinned)
    .filter(([claim, id]) => id === '' || textOf(claims, claim) !== id)
    .map(([claim, expected]) => mismatch('pinned', { claim, expected, actual: textOf(claims, claim) }));
}

function unmetContext(rule: Rule, claims: TokenClaims, profile: ProviderProfile): MismatchReason[] {
  const path = profile.releasePath(claims);
  const reasons: MismatchReason[] = [];
  const { environment, refs, events, runner = 'any' } = rule;
  if (environment !== undefined) {
    const caseRule = profile.names[profile.environmentClaim ?? ''] ?? 'exact';
    const actual = path.environment;
    if (actual === undefined || folded(actual, caseRule) !== folded(environment, caseRule)) {
      reasons.push(mismatch('environment', { expected: environment, actual }));
    }
  }
  const { ref, event } = path;
  if (refs !== undefined && (ref === undefined || !refs.some((pattern) => globMatches(pattern, ref)))) {
    reasons.push(mismatch('ref', { expected: refs.join(', '), actual: ref }));
  }
  if (rule.requireProtectedRef === true && path.refProtected !== true) reasons.push(mismatch('protected-ref', {}));
  if (events !== undefined && (event === undefined || !events.includes(event))) {
    reasons.push(mismatch('event', { expected: events.join(', '), actual: event }));
  }
  if (runner !== 'any' && path.runner !== runner) {
    reasons.push(mismatch('runner', { expected: runner, actual: path.runner }));
  }
  return reasons;
}

function untrusted(claims: TokenClaims, profile: ProviderProfile): MismatchReason[] {
  const { event } = profile.releasePath(claims);
  const why = profile.distrust?.(claims);
  return [
    ...(event !== undefined && profile.untrustedEvents.includes(event)
      ? [mismatch('untrusted-event', { actual: event })]
      : []),
    ...(why === undefined ? [] : [mismatch('untrusted', { actual: why })]),
  ];
}

/**
 * All that says whose tokens the rule is about has to fit: the names of its anchor, or the ids of what those names were (a renamed repository),
 * and no id is another one (a repository made anew).
 */
function isProven(rule: Rule, claims: TokenClaims, profile: ProviderProfile): boolean {
  if (changedIds(rule, claims).length > 0) return false;
  const exact = rule.conditions.filter((wanted) => 'is' in wanted);
  // Of a generic issuer nobody knows which claims say whose a token is: all exact conditions have to hold.
  const anchor = profile.anchors === 'any' ? exact : (anchorOf(rule) ?? []);
  return (
    anchor.length > 0 &&
    anchor.every((wanted) => {
      if (isMet(wanted, claims, profile.names[wanted.claim] ?? 'exact')) return true;
      const id = profile.identities.find(({ of }) => of === wanted.claim)?.id;
      return id !== undefined && Object.hasOwn(rule.pinned, id);
    })
  );
}

function isNamed(rule: Rule, claim: string): boolean {
  return rule.conditions.some((wanted) => 'is' in wanted && wanted.claim === claim);
}
