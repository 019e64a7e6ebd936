import 'reflect-metadata';
import type { Type } from '@nestjs/common';
import type { DocumentedRoute } from './controllers-of.js';

// The names and numbers under which Nest keeps what its decorators say.
const routeArguments = '__routeArguments__';
const parameterTypes = 'design:paramtypes';
const bodyArgument = 3;
const queryArgument = 4;

/** The class of a whole `@Body()`; where a route takes none, or only one field of it, there is none. */
export function bodyClassOf(route: DocumentedRoute): Type | undefined {
  return classOf(route, bodyArgument);
}

/** The same of `@Query()`. */
export function queryClassOf(route: DocumentedRoute): Type | undefined {
  return classOf(route, queryArgument);
}

function classOf({ type, handler }: DocumentedRoute, kind: number): Type | undefined {
  const known = (Reflect.getMetadata(routeArguments, type, handler) ?? {}) as Record<string, { index: number }>;
  const types = Reflect.getMetadata(parameterTypes, type.prototype as object, handler) as Type[] | undefined;
  const found = Object.entries(known).find(([key]) => key.startsWith(`${String(kind)}:`));
  const dto = found === undefined ? undefined : types?.[found[1].index];
  return dto === Object || dto === String ? undefined : dto;
}
