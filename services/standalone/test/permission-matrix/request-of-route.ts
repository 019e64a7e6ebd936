import { randomUUID } from 'node:crypto';
import type { DocumentedRoute } from '../references/controllers-of.js';
import { bodyClassOf } from '../references/route-arguments.js';
import type { Call } from './api.js';
import type { Address } from './fixture.js';

/** What a handler does not find below what was resolved sounds like a refusal (A6), and cannot be told from one here. */
const withNothingBelow: ReadonlySet<string> = new Set(['GET /api/v1/webhooks/:webhookId/deliveries/:deliveryId']);

/**
 * Whether the route can be called by somebody who may: it changes nothing, or it reads a body whose fields it knows, and a
 * field that it does not know is refused after the permission and before anything else.
 */
export function isHarmless(route: DocumentedRoute): boolean {
  if (withNothingBelow.has(`${route.method} ${route.path}`)) return false;
  return route.method === 'GET' || bodyClassOf(route) !== undefined;
}

/** A request to the route about what `address` names; of what it does not name there is nothing. */
export function requestOf(route: DocumentedRoute, { params = {}, query = {}, body = {} }: Address): Call {
  const path = route.path
    .replaceAll(/:(\w+)/g, (_whole, name: string) => encodeURIComponent(params[name] ?? nothingCalled(name)))
    .replaceAll('*', 'nothing-there');
  const parameters = new URLSearchParams(query).toString();
  return {
    method: route.method,
    target: parameters === '' ? path : `${path}?${parameters}`,
    ...(takesBody(route) ? { body: { ...body, 'no field of the matrix': true } } : {}),
  };
}

function takesBody(route: DocumentedRoute): boolean {
  return bodyClassOf(route) !== undefined || ['POST', 'PUT', 'PATCH'].includes(route.method);
}

function nothingCalled(parameter: string): string {
  if (parameter === 'period') return 'last-day';
  return /id$/i.test(parameter) ? randomUUID() : 'nothing-there';
}
