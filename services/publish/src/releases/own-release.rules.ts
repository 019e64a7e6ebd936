import type { Principal } from '@waybill/domain';
import { actorOf } from '@waybill/domain';
import type { Parameters } from '../package-access/readable.sql.js';
import { publisherOf } from '../release-paths/release-origin.js';
import type { ReleaseEntity } from './release.entity.js';

/** Who a release came from. */
export type Published = Pick<ReleaseEntity, 'publishedBy' | 'publishedByUser' | 'trustedPublisher'>;

/**
 * Whether the caller submitted the release, with whichever credential, or the same trusted publisher did. Of releases from before
 * users were noted only the credential is known.
 */
export function isOwn(caller: Principal, release: Published): boolean {
  if (caller.kind === 'anonymous') return false;
  if (release.publishedBy === actorOf(caller)) return true;
  const publisher = publisherOf(caller);
  if (publisher !== null) return release.trustedPublisher?.publisherId === publisher.publisherId;
  return release.publishedByUser === caller.userId;
}

/** The same of release `waiting`. */
export function isOwnSql(caller: Principal, parameters: Parameters): string {
  if (caller.kind === 'anonymous') return 'false';
  const publisher = publisherOf(caller);
  const other =
    publisher === null
      ? `waiting.published_by_user = ${parameters.add(caller.userId)}`
      : `waiting.trusted_publisher ->> 'publisherId' = ${parameters.add(publisher.publisherId)}`;
  return `(waiting.published_by = ${parameters.add(actorOf(caller))} OR ${other})`;
}
