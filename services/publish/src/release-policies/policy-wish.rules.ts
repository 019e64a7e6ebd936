import { DomainError } from '@waybill/domain';
import { namePattern } from '../namespaces/namespace.rules.js';
import type { PatternRules, ReleasePolicy, ReleaseRules } from './release-policy.rules.js';
import { defaultReleasePolicy } from './release-policy.rules.js';

/** As it is wished for; what is undefined is not said. */
export type RulesWish = { readonly [Field in keyof ReleaseRules]?: ReleaseRules[Field] | undefined };
export type PolicyWish = RulesWish & {
  readonly patterns?: readonly (RulesWish & Pick<PatternRules, 'ecosystem' | 'kind' | 'pattern'>)[] | undefined;
};

/**
 * The policy that a wish means, with patterns normalised. Errors: `invalid` `namespace.kind` | `namespace.pattern` for a pattern
 * that its ecosystem has no names for, `release-policy.pattern-twice`.
 */
export function policyOf({ patterns = [], ...rules }: PolicyWish): ReleasePolicy {
  const seen = new Set<string>();
  const normal = patterns.map(({ ecosystem, kind, pattern, ...own }): PatternRules => {
    const named = namePattern(ecosystem, kind, pattern);
    const key = `${named.ecosystem} ${named.matchKey} ${String(named.exact)}`;
    if (seen.has(key)) throw twice(named.pattern);
    seen.add(key);
    return { ecosystem, kind, pattern: named.pattern, ...said(own) };
  });
  return { ...defaultReleasePolicy, ...said(rules), patterns: normal };
}

/** Of a DTO only what the rules have, in one order: so that equal policies are equal texts. */
function said(wish: RulesWish): Partial<ReleaseRules> {
  const { patterns: _, ...fields } = defaultReleasePolicy;
  const names = Object.keys(fields) as (keyof ReleaseRules)[];
  return Object.fromEntries(names.flatMap((name) => (wish[name] === undefined ? [] : [[name, wish[name]]])));
}

function twice(pattern: string): DomainError {
  const message = `The pattern ${pattern} is there twice.`;
  return new DomainError('invalid', 'release-policy.pattern-twice', message, {
    details: { errors: [{ field: 'body.patterns', code: 'release-policy.pattern-twice', message }] },
  });
}
