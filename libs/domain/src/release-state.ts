import { DomainError } from './domain-error.js';

/** The life of a release (architecture.md §4). */
export const releaseStates = [
  'staged',
  'quarantined',
  'published',
  'held',
  'rejected',
  'yanked',
  'deprecated',
  'withdrawn',
] as const;
export type ReleaseState = (typeof releaseStates)[number];

const next: Record<ReleaseState, readonly ReleaseState[]> = {
  // Approved it goes on like any other; rejected it was never seen.
  staged: ['quarantined', 'rejected'],
  quarantined: ['published', 'held', 'rejected'],
  held: ['published', 'rejected'],
  published: ['yanked', 'deprecated', 'withdrawn'],
  yanked: ['published', 'deprecated', 'withdrawn'],
  deprecated: ['published', 'yanked', 'withdrawn'],
  // Restored as it was before.
  withdrawn: ['published', 'yanked', 'deprecated'],
  rejected: [],
};

export function mayBecome(from: ReleaseState, to: ReleaseState): boolean {
  return next[from].includes(to);
}

export function assertMayBecome(from: ReleaseState, to: ReleaseState): void {
  if (mayBecome(from, to)) return;
  throw new DomainError('conflict', 'release.state', `A release that is ${from} cannot become ${to}.`, {
    details: { from, to },
  });
}

/** Whether clients can see and install it. */
export function isVisible(state: ReleaseState): boolean {
  return state === 'published' || state === 'yanked' || state === 'deprecated';
}

/** Whether waiting longer changes nothing by itself: a client's publish can be answered. */
export function isSettled(state: ReleaseState): boolean {
  return state !== 'staged' && state !== 'quarantined';
}
