import type { Action } from '@waybill/domain';

/** What a trusted publisher may be allowed: work with packages, nothing that manages (security.md T10). */
export const publisherActions = [
  'read',
  'stage',
  'publish',
  'metadata',
  'yank',
  'delete',
  'restore',
] as const satisfies readonly Action[];
export type PublisherAction = (typeof publisherActions)[number];

/** What its tokens may do: who hands in a package reads it as well, as clients look at what is there before they publish. */
export function actionsOfPublisherToken(given: readonly PublisherAction[]): PublisherAction[] {
  const reads = given.includes('publish') || given.includes('stage');
  return publisherActions.filter((action) => given.includes(action) || (reads && action === 'read'));
}
