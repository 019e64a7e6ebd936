import 'reflect-metadata';
import { RequestMethod, type Type } from '@nestjs/common';
import type { RouteDeclaration, UploadDeclaration } from '@waybill/edge';
import { declarationOf, isUploadDeclaration, uploadKey } from '@waybill/edge';
import type { ServiceDefinition } from '@waybill/service-host';

export interface DocumentedRoute {
  readonly method: string;
  readonly path: string;
  readonly declaration: RouteDeclaration | undefined;
  readonly upload: UploadDeclaration | undefined;
  /** The class, whose file says in which feature folder it is. */
  readonly controller: string;
  /** The class itself, and the name of the method in it. */
  readonly type: Type;
  readonly handler: string;
}

// The names that Nest keeps its decorators' arguments under.
const moduleImports = 'imports';
const moduleControllers = 'controllers';
const routePath = 'path';
const routeMethod = 'method';
const routeConfig = '__fastify_route_config__';

/** Every route of a service, from the decorators of the controllers in its modules: nothing is started. */
export function routesOfService(service: ServiceDefinition): DocumentedRoute[] {
  const routes = controllersIn(service.module({}), new Set()).flatMap(routesOfController);
  return routes.toSorted((a, b) => (`${a.path} ${a.method}` < `${b.path} ${b.method}` ? -1 : 1));
}

function controllersIn(given: unknown, seen: Set<unknown>): Type[] {
  if (seen.has(given)) return [];
  seen.add(given);
  if (typeof given === 'function') return below(own(given, moduleControllers), own(given, moduleImports), seen);
  if (typeof given !== 'object' || given === null) return [];
  const {
    module,
    controllers = [],
    imports = [],
    forwardRef,
  } = given as {
    forwardRef?: () => unknown;
    module?: unknown;
    controllers?: unknown[];
    imports?: unknown[];
  };
  if (forwardRef !== undefined) return controllersIn(forwardRef(), seen);
  return [...controllersIn(module, seen), ...below(controllers, imports, seen)];
}

function below(controllers: unknown[], imports: unknown[], seen: Set<unknown>): Type[] {
  return [...(controllers as Type[]), ...imports.flatMap((imported) => controllersIn(imported, seen))];
}

function own(module: object, key: string): unknown[] {
  return (Reflect.getMetadata(key, module) as unknown[] | undefined) ?? [];
}

function routesOfController(controller: Type): DocumentedRoute[] {
  const prototype = controller.prototype as Record<string, unknown>;
  return Object.getOwnPropertyNames(prototype).flatMap((name) => {
    const handler = prototype[name];
    if (typeof handler !== 'function') return [];
    const method = Reflect.getMetadata(routeMethod, handler) as RequestMethod | undefined;
    if (method === undefined) return [];
    const config = Reflect.getMetadata(routeConfig, handler) as Record<string, unknown> | undefined;
    const upload = config?.[uploadKey];
    const prefixes = pathsOf(controller);
    return prefixes.flatMap((prefix) =>
      pathsOf(handler).map((path) => ({
        method: RequestMethod[method],
        path: `/${[prefix, path]
          .flatMap((part) => part.split('/'))
          .filter((part) => part !== '')
          .join('/')}`,
        declaration: declarationOf(handler),
        upload: isUploadDeclaration(upload) ? upload : undefined,
        controller: controller.name,
        type: controller,
        handler: name,
      })),
    );
  });
}

function pathsOf(decorated: object): string[] {
  const path = Reflect.getMetadata(routePath, decorated) as string | string[] | undefined;
  return path === undefined ? [''] : [path].flat();
}
