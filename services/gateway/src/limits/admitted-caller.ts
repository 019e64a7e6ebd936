import type { IncomingMessage } from 'node:http';
import type { Principal } from '@waybill/domain';
import { anonymous } from '@waybill/domain';
import { pathOf, type EdgeRoute } from '@waybill/edge';
import { callerOfRequest } from '../credentials/caller.js';
import type { PrincipalCache } from '../credentials/principal-cache.js';
import type { RateLimits } from './rate-limits.js';
import { accountOfSignIn, isPollOfSignIn } from './sign-in-account.js';

const readMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Who sends this request, when that one may send one more now. Errors: those of `callerOfRequest`, and `limit`
 * `rate.limited` before a service, a body or `auth` is troubled with it.
 */
export async function admittedCaller(
  request: IncomingMessage,
  { description, isSignIn, takesForeignBearer }: EdgeRoute,
  context: {
    readonly rates: RateLimits;
    readonly principals: PrincipalCache;
    readonly externalUrl: string;
    readonly clientAddress: string;
  },
): Promise<Principal> {
  const { rates, clientAddress } = context;
  if (isSignIn) {
    const path = pathOf(request.url ?? '');
    if (isPollOfSignIn(request, path, description)) rates.takeRead(anonymous, clientAddress);
    else rates.takeSignIn(clientAddress, accountOfSignIn(request, path, description));
    return anonymous;
  }
  // Whose token it is and whether it is good only its service can tell, which counts those that are not.
  if (takesForeignBearer) {
    rates.takeWrite(anonymous, clientAddress);
    return anonymous;
  }
  const isRead = readMethods.has(request.method ?? '');
  let principal: Principal;
  try {
    principal = await callerOfRequest(request, description, {
      principals: context.principals,
      externalUrl: context.externalUrl,
      isRead,
      clientAddress,
      beforeStranger: () => {
        rates.requireFewBadCredentials(clientAddress);
      },
    });
  } catch (error) {
    rates.noteRefusal(clientAddress, error);
    throw error;
  }
  if (isRead) rates.takeRead(principal, clientAddress);
  else rates.takeWrite(principal, clientAddress);
  return principal;
}
