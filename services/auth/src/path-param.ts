import type { FastifyRequest } from 'fastify';

/** A parameter of the path, decoded by the router; empty when the route has none of that name. */
export function pathParam(request: FastifyRequest, name: string): string {
  const { params } = request;
  if (typeof params !== 'object' || params === null) return '';
  const value: unknown = Reflect.get(params, name);
  return typeof value === 'string' ? value : '';
}
