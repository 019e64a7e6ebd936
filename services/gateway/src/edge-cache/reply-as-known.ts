import type { Resource } from '@waybill/domain';
import { anonymous, can } from '@waybill/domain';
import type { EdgeReply } from '@waybill/edge';

/**
 * The reply of a service that has not heard yet who may see what it is about: as if it had, also in what it says to caches
 * between here and the client (security.md A9).
 */
export function replyAsKnown(reply: EdgeReply, resourceNow: (resource: Resource) => Resource): EdgeReply {
  const { cache: hint, body } = reply;
  const said = hint?.resource ?? reply.about;
  if (said === undefined) return reply;
  const resource = resourceNow(said);
  const known = hint === undefined ? { ...reply, about: resource } : { ...reply, cache: { ...hint, resource } };
  if (!isPublic(said) || isPublic(resource)) return known;
  return {
    ...known,
    headers: { ...reply.headers, 'cache-control': 'no-store' },
    body: body.kind === 'blob' ? { ...body, blob: { ...body.blob, cacheControl: 'no-store' } } : body,
  };
}

function isPublic(resource: Resource): boolean {
  return can(anonymous, 'read', resource).allowed;
}
