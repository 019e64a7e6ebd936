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
 * P1: the release came in a weaker way than the newest one, or, unless the package says otherwise, than any one before it that clients
 * saw, or than one that is on its way to them: an exception that people allowed once is not the rule from then on.
 */
export function downgradeOf(
  arriving: ReleaseOrigin,
  {
    newest: visible,
    takenAway,
    approved,
    trusted,
    proven,
    waiting,
  }: Omit<Predecessors, 'samePublisher' | 'sameBranch'>,
  {
    downgrade: level,
    trustedPublishingOnly,
  }: { downgrade: FindingLevel; trustedPublishingOnly: TrustedPublishingMode },
): Comparison | undefined {
  const rank = rankOf(arriving);
  const newest = stronger(visible, takenAway);
  const isNewestAll = trustedPublishingOnly === 'never';
  const before = (isNewestAll ? [newest] : [newest, approved, trusted, proven]).filter((one) => one !== null);
  const better = before.find((one) => rankOf(one) > rank);
  if (better !== undefined) return weaker(arriving, better, level);
  if (!isNewestAll && waiting !== null && rankOf(waiting) > rank) return begun(arriving, waiting, level);
  if (arriving.provenance !== null) return undefined;
  if (newest !== null && newest.provenance !== null) return unproven(arriving, newest, level);
  // People look at what is to be approved: that they took one without provenance is enough.
  const isAttested = !isNewestAll && proven !== null && arriving.approvals !== 'to-come';
  return isAttested ? unproven(arriving, proven, level) : undefined;
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

/** Who may publish hears nothing else of what only reviewers, or those who approve it, know of (A6). */
function begun(arriving: ReleaseOrigin, waiting: StoredOrigin, level: FindingLevel): Comparison {
  const who = waiting.approvals === 0 ? 'A trusted publisher publishes' : 'People approve the releases of';
  const message = `${who} this package now; ${word(arriving.version)} comes ${originWords(arriving)}.`;
  return { predecessor: waiting, finding: { rule: 'P1', code: 'path.downgrade', level, message: sentences(message) } };
}

function unproven(arriving: ReleaseOrigin, predecessor: StoredOrigin, level: FindingLevel): Comparison {
  const message =
    `${word(predecessor.version)} had verified provenance and came ${originWords(predecessor)}; ` +
    `${word(arriving.version)} has none and comes ${originWords(arriving)}.`;
  return { predecessor, finding: { rule: 'P1', code: 'path.provenance-missing', level, message: sentences(message) } };
}
