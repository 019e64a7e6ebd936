import type { IncomingMessage } from 'node:http';
import type { Principal } from '@waybill/domain';
import { anonymous } from '@waybill/domain';
import type { EdgeDescription } from '@waybill/edge';
import { redactTokens } from '@waybill/observability';
import { findCredential, invalidCredential } from './find-credential.js';
import type { PrincipalCache } from './principal-cache.js';
import { requireSameOrigin } from './same-origin.js';

/**
 * Who sends this request. A token that is not valid is refused even where anonymous may read; a session that has ended
 * leaves the browser anonymous, since it sends its cookie with everything, also with the next login.
 * Errors: `unauthenticated`, `forbidden` (cross-site), `unavailable`.
 */
export async function callerOfRequest(
  request: IncomingMessage,
  description: EdgeDescription,
  context: {
    readonly principals: PrincipalCache;
    readonly externalUrl: string;
    readonly isRead: boolean;
    readonly clientAddress: string;
    readonly beforeStranger?: () => void;
  },
): Promise<Principal> {
  const credential = findCredential(request.headers, description.credentials, context.externalUrl);
  if (credential === undefined) return anonymous;
  if (credential.kind === 'session') requireSameOrigin(request, context.externalUrl);
  const principal = await context.principals.resolve(credential, {
    mayBeStale: context.isRead,
    ...(context.beforeStranger === undefined ? {} : { beforeStranger: context.beforeStranger }),
    seenFrom: () => ({ clientAddress: context.clientAddress, userAgent: userAgentOf(request) }),
  });
  if (principal !== null) return principal;
  if (credential.kind === 'session') return anonymous;
  throw invalidCredential();
}

const maxUserAgent = 200;

/** One bounded line; a client that puts its token there has it neither kept nor sent on (security.md W6). */
function userAgentOf(request: IncomingMessage): string {
  const text = (request.headers['user-agent'] ?? '').slice(0, 4 * maxUserAgent);
  return redactTokens(text.replaceAll(/[^\x20-\x7e]+/g, ' ')).slice(0, maxUserAgent);
}
