import type { ReleaseEntity } from '../releases/release.entity.js';

/**
 * Whether who rejects a release proves that they are there: as long as the first one of a trusted publisher waits, it alone keeps stolen
 * tokens from publishing (security.md P1), and what was rejected protects nothing.
 */
export function isRejectionProven({ trustedPublisher }: Pick<ReleaseEntity, 'trustedPublisher'>): boolean {
  return trustedPublisher !== null;
}
