import type { Finding, FindingLevel } from '@waybill/domain';
import type { TrustedPublishingMode } from '../release-policies/release-policy.rules.js';
import { originWords, sentences, word } from './origin-words.js';
import type { Predecessors, ReleaseOrigin, StoredOrigin } from './release-origin.js';
import { rankOf } from './release-origin.js';

export interface Comparison {
  readonly predecessor: StoredOrigin;
  readonly finding: Finding;
}

/**
 * P1: the release came in a weaker way than the newest one, or, unless the package says otherwise, than the newest one of a trusted
 * publisher: an exception that people allowed once is not the rule from then on.
 */
export function downgradeOf(
  arriving: ReleaseOrigin,
  { newest: visible, takenAway, trusted }: Pick<Predecessors, 'newest' | 'takenAway' | 'trusted'>,
  {
    downgrade: level,
    trustedPublishingOnly,
  }: { downgrade: FindingLevel; trustedPublishingOnly: TrustedPublishingMode },
): Comparison | undefined {
  const rank = rankOf(arriving);
  const newest = stronger(visible, takenAway);
  if (newest !== null && rankOf(newest) > rank) return weaker(arriving, newest, level);
  if (trusted !== null && trustedPublishingOnly !== 'never' && rankOf(trusted) > rank) {
    return weaker(arriving, trusted, level);
  }
  if (newest !== null && newest.provenance !== null && arriving.provenance === null) {
    return unproven(arriving, newest, level);
  }
  return undefined;
}

function stronger(visible: StoredOrigin | null, takenAway: StoredOrigin | null): StoredOrigin | null {
  if (visible === null || takenAway === null) return visible ?? takenAway;
  return rankOf(takenAway) > rankOf(visible) ? takenAway : visible;
}

function weaker(arriving: ReleaseOrigin, predecessor: StoredOrigin, level: FindingLevel): Comparison {
  const message =
    `${word(predecessor.version)} came ${originWords(predecessor)}; ` +
    `${word(arriving.version)} comes ${originWords(arriving)}.`;
  return { predecessor, finding: { rule: 'P1', code: 'path.downgrade', level, message: sentences(message) } };
}

function unproven(arriving: ReleaseOrigin, predecessor: StoredOrigin, level: FindingLevel): Comparison {
  const message =
    `${word(predecessor.version)} had verified provenance and came ${originWords(predecessor)}; ` +
    `${word(arriving.version)} has none and comes ${originWords(arriving)}.`;
  return { predecessor, finding: { rule: 'P1', code: 'path.provenance-missing', level, message: sentences(message) } };
}
