import type { Principal } from '@waybill/domain';
import { actorOf, publishersOf } from '@waybill/domain';
import type { Parameters } from '../package-access/readable.sql.js';
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
  const publishers = publishersOf(caller);
  if (publishers.length > 0) return publishers.some((id) => id === release.trustedPublisher?.publisherId);
  return release.publishedByUser === caller.userId;
}

/** The same of release `waiting`. */
export function isOwnSql(caller: Principal, parameters: Parameters): string {
  if (caller.kind === 'anonymous') return 'false';
  const publishers = publishersOf(caller);
  const other =
    publishers.length === 0
      ? `waiting.published_by_user = ${parameters.add(caller.userId)}`
      : `waiting.trusted_publisher ->> 'publisherId' = ANY(${parameters.add(publishers)}::text[])`;
  return `(waiting.published_by = ${parameters.add(actorOf(caller))} OR ${other})`;
}
