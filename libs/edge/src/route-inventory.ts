import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DomainError } from '@waybill/domain';
import { edgeDescription, type EdgeDeclaration, type EdgeDescription, type RoutePattern } from './edge-description.js';
import { routesOf } from './edge-fastify-adapter.js';
import type { RouteDeclaration, UploadDeclaration } from './route-declaration.js';
import { declarationKey, isDeclaration, isUploadDeclaration, uploadKey } from './route-declaration.js';
import { maxInlineBytes } from './wire-codec.js';

export interface InventoriedRoute {
  readonly method: string;
  /** As Fastify registered it. */
  readonly path: string;
  readonly declaration: RouteDeclaration | undefined;
  readonly upload?: UploadDeclaration;
}

/** Every route of an initialized application that was made with `edgeFastifyAdapter`, whoever registered it. */
export function listRoutes(app: NestFastifyApplication): InventoriedRoute[] {
  return routesOf(app.getHttpAdapter().getInstance()).map(({ method, path, config }) => {
    const declaration = config[declarationKey];
    const upload = config[uploadKey];
    return {
      method,
      path,
      declaration: isDeclaration(declaration) ? declaration : undefined,
      ...(isUploadDeclaration(upload) ? { upload } : {}),
    };
  });
}

/** Refuses to start a service that has a route without a declared permission (security.md A2). Errors: `internal`. */
export function assertEveryRouteDeclared(app: NestFastifyApplication): void {
  const undeclared = listRoutes(app).filter((route) => route.declaration === undefined);
  if (undeclared.length === 0) return;
  const names = undeclared.map((route) => `${route.method} ${route.path}`).join(', ');
  throw new DomainError('internal', 'edge.undeclared-route', `These routes declare no permission: ${names}`);
}

/** The full description of a service: what it declared, and its uploads as its routes declare them. */
export function describeEdge(app: NestFastifyApplication, service: string, declared: EdgeDeclaration): EdgeDescription {
  const routes = listRoutes(app);
  const uploads = routes.flatMap(({ method, path, upload }) =>
    upload === undefined ? [] : [{ method, path, ...upload, digests: [...upload.digests] }],
  );
  const uploadMethods = new Set(uploads.map((upload) => upload.method));
  const inlineRoutes: RoutePattern[] = routes
    .filter((route) => route.upload === undefined && uploadMethods.has(route.method))
    .map(({ method, path }) => ({ method, path }));
  const signInRoutes: RoutePattern[] = routes
    .filter(({ declaration }) => declaration?.kind === 'open' && declaration.signIn)
    .map(({ method, path }) => ({ method, path }));
  const foreignBearerRoutes: RoutePattern[] = routes
    .filter(({ declaration }) => declaration?.kind === 'open' && declaration.foreignBearer === true)
    .map(({ method, path }) => ({ method, path }));
  return edgeDescription.parse({
    maxInlineBodyBytes: maxInlineBytes,
    hostPaths: [],
    snippets: [],
    ...declared,
    service,
    uploads,
    inlineRoutes,
    signInRoutes,
    foreignBearerRoutes,
  });
}
