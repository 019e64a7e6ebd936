import findMyWay, { type HTTPMethod } from 'find-my-way';
import type { EdgeDescription, RoutePattern, UploadRoute } from './edge-description.js';
import { maxTargetBytes } from './request-target.js';

type Router<Found> = (method: string, path: string) => Found | undefined;

/** How the gateway finds the upload that a request is, with the very router that the service has inside Fastify. */
export function uploadRouter(description: EdgeDescription): Router<UploadRoute> {
  const find = patternRouter<UploadRoute | null>(
    [
      ...description.uploads.map((upload) => ({ ...upload, value: upload })),
      ...description.inlineRoutes.map((route) => ({ ...route, value: null })),
    ],
    description,
  );
  return (method, path) => find(method, path) ?? undefined;
}

/** Whether a request is one with which clients sign in. */
export function signInRouter(description: EdgeDescription): (method: string, path: string) => boolean {
  return isAmong(description.signInRoutes, description);
}

/** Whether the bearer token of a request is somebody else's, and none that the gateway could know. */
export function foreignBearerRouter(description: EdgeDescription): (method: string, path: string) => boolean {
  return isAmong(description.foreignBearerRoutes, description);
}

function isAmong(
  routes: readonly RoutePattern[],
  like: Pick<EdgeDescription, 'dropsLastSlash'>,
): (method: string, path: string) => boolean {
  const find = patternRouter(
    routes.map((route) => ({ ...route, value: true })),
    like,
  );
  return (method, path) => find(method, path) ?? false;
}

export function hostPathRouter(descriptions: readonly EdgeDescription[]): Router<EdgeDescription> {
  return patternRouter(
    descriptions.flatMap((description) => description.hostPaths.map((route) => ({ ...route, value: description }))),
  );
}

function patternRouter<Value>(
  routes: readonly { readonly method: string; readonly path: string; readonly value: Value }[],
  { dropsLastSlash }: Pick<EdgeDescription, 'dropsLastSlash'> = { dropsLastSlash: false },
): Router<Value> {
  const router = findMyWay({ maxParamLength: maxTargetBytes, ignoreTrailingSlash: dropsLastSlash });
  for (const { method, path, value } of routes) {
    // The first to claim a pattern keeps it.
    if (router.findRoute(method as HTTPMethod, path) !== null) continue;
    router.on(method as HTTPMethod, path, () => undefined, { value });
  }
  return (method, path) => {
    const found = router.find(method as HTTPMethod, path);
    // The store is what was put there with the pattern, a few lines up.
    return found === null ? undefined : (found.store as { readonly value: Value }).value;
  };
}
