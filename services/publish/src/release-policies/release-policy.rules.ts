import type { FindingLevel, PackagePurl } from '@waybill/domain';
import type { NamespaceKind } from '../namespaces/namespace.rules.js';
import { keysOfPackage, namePattern } from '../namespaces/namespace.rules.js';

/**
 * Who may publish once trusted publishers do: `after-first`, from the first trusted publish on other credentials are a downgrade
 * (P1), whatever came in between; `always`, they are refused from the start; `never`, each release is compared with the newest alone.
 */
export const trustedPublishingModes = ['after-first', 'always', 'never'] as const;
export type TrustedPublishingMode = (typeof trustedPublishingModes)[number];

/** What is asked of the way that a release comes (security.md P1–P3, P14). */
export interface ReleaseRules {
  /** P1: it came in a weaker way than its predecessor. */
  readonly downgrade: FindingLevel;
  /** P2: it came from elsewhere. */
  readonly discontinuity: FindingLevel;
  /** P3: its job was not as the following say. */
  readonly context: FindingLevel;
  /** P14: it claims a source that it did not come from. */
  readonly source: FindingLevel;
  readonly trustedPublishingOnly: TrustedPublishingMode;
  /** One of them; without any, none is asked for. */
  readonly environments: readonly string[];
  /** A branch or tag that the forge calls protected. */
  readonly protectedRef: boolean;
  /** Patterns of full names, one of which has to match: `refs/tags/v*`. */
  readonly refs: readonly string[];
  /** A machine of the provider's. */
  readonly hostedRunner: boolean;
  /** One of them; without any, all but those that strangers can start. */
  readonly events: readonly string[];
}

/** What is asked otherwise of packages whose names are like this, as a namespace is written. */
export interface PatternRules extends Partial<ReleaseRules> {
  readonly ecosystem: string;
  readonly kind: NamespaceKind;
  readonly pattern: string;
}

export interface ReleasePolicy extends ReleaseRules {
  readonly patterns: readonly PatternRules[];
}

export const defaultReleasePolicy: ReleasePolicy = {
  downgrade: 'hold',
  discontinuity: 'hold',
  context: 'refuse',
  source: 'flag',
  trustedPublishingOnly: 'after-first',
  environments: [],
  protectedRef: false,
  refs: [],
  hostedRunner: false,
  events: [],
  patterns: [],
};

/** What a repository asks: what was stored for it, and for what it was never asked to say, what every repository asks. */
export function wholePolicy(stored: Partial<ReleasePolicy> | null | undefined): ReleasePolicy {
  return { ...defaultReleasePolicy, ...stored };
}

/**
 * What holds for one package: what its repository asks, what the narrowest pattern that reaches its name asks instead, and what
 * was said of the package itself (`own`), which cannot take back an `always`.
 */
export function rulesFor(policy: ReleasePolicy, purl: PackagePurl, own: TrustedPublishingMode | null): ReleaseRules {
  const { patterns, ...ofAll } = policy;
  const { ecosystem: _, kind: __, pattern: ___, ...ofPattern } = narrowest(patterns, purl) ?? none;
  const rules = { ...ofAll, ...ofPattern };
  if (own === null || rules.trustedPublishingOnly === 'always') return rules;
  return { ...rules, trustedPublishingOnly: own };
}

const none: Partial<PatternRules> = {};

function narrowest(patterns: readonly PatternRules[], purl: PackagePurl): PatternRules | undefined {
  const keys = keysOfPackage(purl);
  if (keys === undefined || patterns.length === 0) return undefined;
  const reaching = patterns
    .map((rules) => ({ rules, ...namePattern(rules.ecosystem, rules.kind, rules.pattern) }))
    .filter(({ ecosystem }) => ecosystem === keys.ecosystem)
    .filter(({ exact, matchKey }) => (exact ? matchKey === keys.key : keys.candidates.includes(matchKey)));
  const [first] = reaching.toSorted(
    (one, other) => other.matchKey.length - one.matchKey.length || Number(other.exact) - Number(one.exact),
  );
  return first?.rules;
}
