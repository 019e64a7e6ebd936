import type { FindingLevel } from '@waybill/domain';
import { namePattern } from '../namespaces/namespace.rules.js';
import type { PatternRules, ReleasePolicy, ReleaseRules, TrustedPublishingMode } from './release-policy.rules.js';
import { trustedPublishingModes } from './release-policy.rules.js';

/** What lets through what was held or refused before: a stolen token must not do that alone (security.md W7). */

const levelStrictness: Readonly<Record<FindingLevel, number>> = { flag: 0, hold: 1, refuse: 2 };
const modeStrictness: Readonly<Record<TrustedPublishingMode, number>> = { never: 0, 'after-first': 1, always: 2 };

type IsLooser<Value> = (before: Value, after: Value) => boolean;

const isLooserLevel: IsLooser<FindingLevel> = (before, after) => levelStrictness[after] < levelStrictness[before];
const isLooserMode: IsLooser<TrustedPublishingMode> = (before, after) => modeStrictness[after] < modeStrictness[before];
const isNoMoreAsked: IsLooser<boolean> = (before, after) => before && !after;

/** Of which one is needed, none where the list is empty: looser is one more, or none at all. Patterns are compared as texts. */
const hasMoreToChoose: IsLooser<readonly string[]> = (before, after) =>
  before.length > 0 && (after.length === 0 || after.some((one) => !before.includes(one)));

/** A field that is not here does not compile. */
const looser: { readonly [Field in keyof ReleaseRules]: IsLooser<ReleaseRules[Field]> } = {
  downgrade: isLooserLevel,
  discontinuity: isLooserLevel,
  context: isLooserLevel,
  source: isLooserLevel,
  trustedPublishingOnly: isLooserMode,
  environments: hasMoreToChoose,
  protectedRef: isNoMoreAsked,
  refs: hasMoreToChoose,
  hostedRunner: isNoMoreAsked,
  events: hasMoreToChoose,
};

/** The fields that ask less than before. */
export function looserRules(before: ReleaseRules, after: ReleaseRules): (keyof ReleaseRules)[] {
  return (Object.keys(looser) as (keyof ReleaseRules)[]).filter((field) => isLooserField(field, before, after));
}

function isLooserField<Field extends keyof ReleaseRules>(
  field: Field,
  before: Pick<ReleaseRules, Field>,
  after: Pick<ReleaseRules, Field>,
): boolean {
  return looser[field](before[field], after[field]);
}

/**
 * What asks less than before, of any name: `downgrade`, or `npm @acme: downgrade` of names that a pattern reaches. Compared is what holds
 * in the end, so that to take away a pattern that asks more than its repository is looser, and one that asks less is not.
 */
export function looserIn(before: ReleasePolicy, after: ReleasePolicy): string[] {
  const places = new Map([...before.patterns, ...after.patterns].map((rules) => [keyOf(placeOf(rules)), rules]));
  return [
    ...looserRules(rulesAt(before, undefined), rulesAt(after, undefined)),
    ...[...places.values()].flatMap((place) =>
      looserRules(rulesAt(before, place), rulesAt(after, place)).map(
        (field) => `${place.ecosystem} ${place.pattern}: ${field}`,
      ),
    ),
  ];
}

/**
 * Whether what is said of a package asks less, whatever its repository asks: what has no effect today would have one when that
 * changes. `null`: as its repository.
 */
export function isLooserOwnMode(before: TrustedPublishingMode | null, after: TrustedPublishingMode | null): boolean {
  return trustedPublishingModes.some((ofRepository) => {
    const inEffect = (own: TrustedPublishingMode | null) =>
      ofRepository === 'always' ? ofRepository : (own ?? ofRepository);
    return isLooserMode(inEffect(before), inEffect(after));
  });
}

type Place = Pick<PatternRules, 'ecosystem' | 'kind' | 'pattern'>;

/**
 * What holds for the names of which `place` is the narrowest pattern of either policy: that of the narrowest pattern of this one which
 * reaches them all; of the names that no pattern reaches, where `place` is undefined.
 */
function rulesAt({ patterns, ...ofAll }: ReleasePolicy, place: Place | undefined): ReleaseRules {
  const [narrowest] =
    place === undefined
      ? []
      : patterns
          .map((rules) => ({ rules, at: placeOf(rules) }))
          .filter(({ at }) => reaches(at, placeOf(place)))
          .toSorted(
            (one, other) =>
              other.at.matchKey.length - one.at.matchKey.length || Number(other.at.exact) - Number(one.at.exact),
          );
  if (narrowest === undefined) return ofAll;
  const { ecosystem: _, kind: __, pattern: ___, ...ofPattern } = narrowest.rules;
  return { ...ofAll, ...ofPattern };
}

function placeOf({ ecosystem, kind, pattern }: Place) {
  return namePattern(ecosystem, kind, pattern);
}

function keyOf({ ecosystem, matchKey, exact }: ReturnType<typeof placeOf>): string {
  return `${ecosystem} ${matchKey} ${String(exact)}`;
}

function reaches(wide: ReturnType<typeof placeOf>, narrow: ReturnType<typeof placeOf>): boolean {
  if (wide.ecosystem !== narrow.ecosystem) return false;
  if (wide.exact) return narrow.exact && wide.matchKey === narrow.matchKey;
  return narrow.matchKey.startsWith(wide.matchKey);
}
