import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isTokenText } from '@waybill/domain';
import type { EdgeDescription } from '@waybill/edge';
import findMyWay, { type HTTPMethod } from 'find-my-way';

const routers = new WeakMap<EdgeDescription, ReturnType<typeof findMyWay>>();

/**
 * The account that a sign-in names openly, as a hash: the parameter that ends its path
 * (`/users/:name`), else the user name of Basic. Undefined when only the body names it.
 */
export function accountOfSignIn(
  request: IncomingMessage,
  path: string,
  description: EdgeDescription,
): string | undefined {
  const account = lastParameter(request.method ?? '', path, description) ?? basicUser(request.headers.authorization);
  if (account === undefined || account === '') return undefined;
  return createHash('sha256').update(account.normalize('NFKC').toLowerCase()).digest('base64');
}

/**
 * Whether a request only asks if a login is confirmed yet: a read whose path ends in a secret of a token's form. That one
 * has too many random bits to be guessed, so that asking often tries nothing; it names no account and brings no password.
 */
export function isPollOfSignIn(request: IncomingMessage, path: string, description: EdgeDescription): boolean {
  const { method = '' } = request;
  return (method === 'GET' || method === 'HEAD') && isTokenText(lastParameter(method, path, description) ?? '');
}

function lastParameter(method: string, path: string, description: EdgeDescription): string | undefined {
  const found = routerOf(description).find(method as HTTPMethod, path);
  // The store is what was put there with the pattern, a few lines down.
  const names = found !== null && (found.store as { readonly namesAccount: boolean }).namesAccount;
  return names ? Object.values(found.params).at(-1) : undefined;
}

function routerOf(description: EdgeDescription): ReturnType<typeof findMyWay> {
  const known = routers.get(description);
  if (known !== undefined) return known;
  const router = findMyWay({ maxParamLength: 8192 });
  for (const { method, path } of description.signInRoutes) {
    if (router.findRoute(method as HTTPMethod, path) !== null) continue;
    router.on(method as HTTPMethod, path, () => undefined, { namesAccount: /:[^/]+$/.test(path) });
  }
  routers.set(description, router);
  return router;
}

/** RFC 7617: everything before the first colon. */
function basicUser(header: string | undefined): string | undefined {
  if (header === undefined || header.length > 4096 || !/^basic /i.test(header)) return undefined;
  const text = Buffer.from(header.slice(6), 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon === -1 ? undefined : text.slice(0, colon);
}
