import type { PackageEntity } from './package.entity.js';

/** The counters of a package of which one moves with every change that clients see. */
export type RevisionCounters = Pick<PackageEntity, 'visibleVersion' | 'ownersVersion' | 'starsVersion'>;

/**
 * `_rev` of a package's document: a number, a hyphen, hexadecimal digits, as in CouchDB. The number is the aggregate
 * version that the service publish compares, the digits count owners and stars. Another one after every visible change.
 */
export function revisionOf({ visibleVersion, ownersVersion, starsVersion }: RevisionCounters): string {
  // The first owner is the publisher, whom documents show before that is said: nothing changes for readers.
  return `${visibleVersion}-${hex(Math.max(0, ownersVersion - 1))}${hex(starsVersion)}`;
}

function hex(count: number): string {
  return count.toString(16).padStart(8, '0');
}
